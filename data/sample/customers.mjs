import { dayCount, firstDay } from './calendar.mjs';
import { list, oneOf, weighted } from './random.mjs';

/** Country code, region, cities. "NA" is Namibia: a code that careless readers take for a missing value. */
const countries = [
  ['US', 'North America', ['Portland', 'Austin', 'Columbus', 'Tucson']],
  ['CA', 'North America', ['Montréal', 'Calgary', 'Halifax']],
  ['DE', 'Europe', ['Köln', 'Leipzig', 'Münster']],
  ['FR', 'Europe', ['Nîmes', 'Lille', 'Rennes']],
  ['GB', 'Europe', ['Leeds', 'Bristol', 'Dundee']],
  ['ES', 'Europe', ['Málaga', 'Bilbao', 'León']],
  ['SE', 'Europe', ['Malmö', 'Uppsala', 'Umeå']],
  ['JP', 'Asia Pacific', ['Sapporo', 'Kobe', 'Sendai']],
  ['AU', 'Asia Pacific', ['Perth', 'Hobart', 'Cairns']],
  ['IN', 'Asia Pacific', ['Pune', 'Jaipur', 'Kochi']],
  ['BR', 'Latin America', ['Curitiba', 'Belém', 'Recife']],
  ['MX', 'Latin America', ['Mérida', 'Puebla', 'León']],
  ['ZA', 'Middle East & Africa', ['Durban', 'Gqeberha', 'Polokwane']],
  ['AE', 'Middle East & Africa', ['Dubai', 'Sharjah', 'Ajman']],
  ['NA', 'Middle East & Africa', ['Windhoek', 'Swakopmund', 'Walvis Bay']],
];
const countryWeights = [52, 14, 30, 18, 24, 12, 8, 14, 12, 10, 12, 8, 5, 5, 2];

const firstNames = [
  'Anna',
  'José',
  'Mei',
  'Zoë',
  'Liam',
  'Priya',
  'Noah',
  'Søren',
  'Fatima',
  'Chloe',
  'Omar',
  'Ivana',
].concat(['Hana', 'Lucas', 'Amélie', 'Kofi', 'Marta', 'Jonas', 'Aiko', 'Ruth', 'Diego', 'Nadia', 'Erik', 'Sara']);
const lastNames = [
  "O'Brien",
  'Müller',
  'García',
  'Tanaka',
  'Smith',
  'Novák',
  'Dubois',
  'Okafor',
  'Lindström',
  'Patel',
].concat(['Van Dyk', 'Silva', 'Haddad', 'Kowalski', 'Brown', 'Yamada', 'Costa', 'Fischer', 'Nguyen', 'St. Clair']);

/** Accounts are numbered as they were opened: two fifths before the sample's first day, the others evenly since. */
const signupDate = (count) => `
  CASE WHEN n * 10 <= ${count} * 4 THEN DATE '2021-07-01' + (n * 10 * 1095 // (${count} * 4))::INTEGER
    ELSE DATE '${firstDay}' + (((n * 10 - ${count} * 4) * ${dayCount - 1}) // (${count} * 6))::INTEGER END`;

const countryIndex = weighted(
  countries.map((_, index) => [String(index + 1), countryWeights[index]]),
  'n',
  201,
);

export const customers = {
  name: 'customers',
  owner: 'crm',
  freshness: 'daily',
  description: 'Registered customers, one row each, with contact data and where they live.',
  orderBy: 'customer_id',
  columns: [
    ['customer_id', 'BIGINT', false, 'Number of the customer'],
    ['first_name', 'VARCHAR', false, 'Given name'],
    ['last_name', 'VARCHAR', false, 'Family name'],
    ['email', 'VARCHAR', true, 'E-mail address; a few people share one'],
    ['phone', 'VARCHAR', true, 'Phone number as typed in, in several formats'],
    ['national_id', 'VARCHAR', true, 'Government identification number, for invoices to companies'],
    ['birth_date', 'DATE', true, 'Date of birth, where given'],
    ['customer_segment', 'VARCHAR', false, 'consumer, small business or enterprise'],
    ['region', 'VARCHAR', true, 'Sales region the customer lives in'],
    ['country', 'VARCHAR', true, 'Country of residence, ISO 3166 two-letter code'],
    ['city', 'VARCHAR', true, 'City of residence'],
    ['signup_date', 'DATE', true, 'Day the account was opened; lost for some accounts'],
    ['loyalty_tier', 'VARCHAR', true, 'Loyalty level; missing for customers outside the program'],
    ['acquisition_channel', 'VARCHAR', true, 'How the customer first came to the shop'],
    ['marketing_opt_in', 'BOOLEAN', false, 'True when the customer agreed to marketing mail'],
  ],
  select: ({ customers: count }) => `
    WITH numbered AS (
      SELECT n, (${countryIndex})::INTEGER AS c,
        ${oneOf(firstNames, 'n', 202)} AS first_name, ${oneOf(lastNames, 'n', 203)} AS last_name
      FROM range(1, ${count + 1}) AS r(n)
    )
    SELECT n AS customer_id, first_name, last_name,
      CASE WHEN pick(n, 204, 1000) < 25 THEN NULL
        WHEN pick(n, 205, 250) = 0 THEN 'office' || pick(n, 223, 20) || '@example.com'
        ELSE lower(regexp_replace(strip_accents(first_name || '.' || last_name), '[^A-Za-z.]', '', 'g'))
          || n || ${oneOf(['@example.com', '@example.org', '@example.net'], 'n', 206)}
      END AS email,
      CASE WHEN pick(n, 207, 1000) >= 80 THEN CASE pick(n, 208, 3)
        WHEN 0 THEN '+1-555-01' || lpad(pick(n, 209, 100)::VARCHAR, 2, '0')
        WHEN 1 THEN '(555) 01' || pick(n, 210, 10) || '-' || lpad(pick(n, 209, 10000)::VARCHAR, 4, '0')
        ELSE '+44 1632 960' || lpad(pick(n, 209, 1000)::VARCHAR, 3, '0') END
      END AS phone,
      CASE WHEN pick(n, 211, 1000) >= 60 THEN
        (900 + pick(n, 212, 100)) || '-' || lpad((10 + n % 90)::VARCHAR, 2, '0') || '-' || lpad((n * 7 % 10000)::VARCHAR, 4, '0')
      END AS national_id,
      CASE WHEN pick(n, 213, 1000) >= 120 THEN DATE '1945-01-01' + pick(n, 214, 22500)::INTEGER END AS birth_date,
      ${weighted(
        [
          ['consumer', 780],
          ['small_business', 170],
          ['enterprise', 50],
        ],
        'n',
        215,
      )} AS customer_segment,
      CASE WHEN pick(n, 216, 1000) >= 10 THEN (${list(countries.map(([, region]) => region))})[c] END AS region,
      CASE WHEN pick(n, 216, 1000) >= 5 THEN (${list(countries.map(([code]) => code))})[c] END AS country,
      CASE WHEN pick(n, 217, 1000) >= 15 THEN
        CASE c ${countries.map(([, , cities], index) => `WHEN ${index + 1} THEN ${oneOf(cities, 'n', 218)}`).join(' ')} END
      END AS city,
      CASE WHEN pick(n, 219, 1000) >= 5 THEN ${signupDate(count)} END AS signup_date,
      ${weighted(
        [
          [undefined, 350],
          ['bronze', 380],
          ['silver', 180],
          ['gold', 75],
          ['platinum', 15],
        ],
        'n',
        220,
      )} AS loyalty_tier,
      ${weighted(
        [
          ['organic', 400],
          ['referral', 150],
          ['paid_search', 220],
          ['social', 180],
          [undefined, 50],
        ],
        'n',
        221,
      )}
        AS acquisition_channel,
      pick(n, 222, 100) < 58 AS marketing_opt_in
    FROM numbered`,
};

/** Customers whose number is a multiple of 13 never order; the others are numbered without gaps by this. */
const orderingCustomer = (rank) => `(${rank} + ${rank} // 12 + 1)`;

/** How many customers that do order have signed up by a day of the calendar, as an SQL expression. */
const orderingCustomerCount = (count, dayNo) => `((${count} * 12 // 13) * (2920 + 6 * ${dayNo}) // 7300)`;

/** A customer that has signed up by the day, early ones more often, as an SQL expression. */
export const customerOnDay = (count, dayNo, row, salt) =>
  orderingCustomer(`pick_small(${row}, ${salt}, ${orderingCustomerCount(count, dayNo)})`);
