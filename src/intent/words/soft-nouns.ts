/**
 * Nouns that only hold the place of a thing: `customer records` are customers. Beside a table only these say nothing more:
 * `customer status` asks for something about customers.
 */
export const emptyNouns: ReadonlySet<string> = new Set(
  `part parts people person persons member members thing things item items record records information info detail details piece pieces set sets
  list lists entry entries data system case cases example examples instance instances`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);

/**
 * Nouns so general that right beside a name of the catalog they only say what kind of thing it is (`approval status`
 * for a column `approved`). They are absorbed by their neighbour where they name nothing themselves.
 */
export const softNouns: ReadonlySet<string> = new Set(
  `type types kind kinds status statuses state states year years number numbers name names level levels score scores side size sizes group groups part
  parts people person member members word words thing things item items field fields category area amount amounts value values unit units count title
  titles record records code codes information info detail details piece pieces set sets line lines system place places point points term terms list
  lists period time times date dates letter letters string strings attribute attributes percentage percent capable available`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);
