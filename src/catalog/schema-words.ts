/**
 * Words that names of tables and columns are commonly made of, for splitting names that were written without separators.
 * Singular, lower case; words that often end or begin other words by chance (`at`, `on`) are left out.
 */
export const schemaWords: ReadonlySet<string> = new Set(
  `account active actual address age agent amount area average balance band base begin billing birth block box branch brand budget building
  business call campaign cancel capacity card cart category cell channel check city class client close closed code color comment company
  completed contact content cost count country coupon course created credit currency current customer daily data database date datetime day debit
  default delivery department description detail device discount display district domain down due duration email employee end entry error
  event expense expiry fee field file first flag full gender grade gross group height high home hour house id image index industry info
  interest invoice is item job join key kind label language last lead length level line link list location login low manager market max
  member message method middle min minute mobile mode model month name net note notes number office old open opened operator option order
  owner page parent part party password payment percent percentage period person phone picture place plan point points policy position post postage postal postcode price
  priority product profile program project promo purchase quantity quarter rank rate rating reason receipt record ref reference region
  registration release report request result return role room route row sale sales school score season second section segment sent sequence serial
  service session sex share shares shipping shop short sign site size sku sort source staff start settlement state station status step stock store street str string student
  sub subject subscription sum supplier support symbol system table tag target task tax team term test text ticket time timeline timestamp title total track
  transaction transfer type unit update updated url usage user valid value vendor version view visit volume week weekend weight width work year zip zone`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
