import type { Engine } from '../engine/engine.js';
import { compareText } from '../support/text-order.js';
import type { Catalog, ColumnsOf, ValueHit } from './catalog.js';

/** A value that requests may name, as the index of a snapshot keeps it. */
export interface IndexedValue {
  readonly dataset: string;
  readonly column: string;
  readonly value: string;
  /** Case, accents and punctuation folded. */
  readonly folded: string;
  readonly rows: number;
}

/** The name of the working table, in a schema that no mounted view is in, where values of text columns are counted. */
export const valueCountTable = 'dpb_scan.value_count';

/** Case and accents folded; runs of anything but letters and digits become one blank. */
const folded = (value: string): string =>
  `trim(regexp_replace(strip_accents(lower(${value})), '[^\\p{L}\\p{N}]+', ' ', 'g'))`;

/** Writes the value index of the scanned text columns into the attached database `schema`. */
export async function writeValueIndex(engine: Engine, schema: string): Promise<void> {
  await engine.run(`CREATE TABLE ${schema}.value_index AS
    SELECT row_number() OVER (ORDER BY folded, dataset, column_name, value) AS id, * FROM (
      SELECT ${folded('value')} AS folded, dataset, column_name, value, row_count FROM ${valueCountTable} WHERE is_indexed)
    ORDER BY id`);
  await engine.run(`CREATE TABLE ${schema}.value_word AS
    SELECT DISTINCT unnest(string_split(folded, ' ')) AS word, id FROM ${schema}.value_index
    WHERE contains(folded, ' ') ORDER BY word, id`);
}

/** Copies the counts of values of unchanged datasets from an earlier snapshot, attached as `schema`. */
export async function copyValueCounts(engine: Engine, schema: string, datasets: readonly string[]): Promise<void> {
  await engine.run(
    `INSERT INTO ${valueCountTable} SELECT dataset, column_name, value, row_count, true FROM ${schema}.value_index
     WHERE list_contains(from_json(CAST($datasets AS VARCHAR), '["VARCHAR"]'), dataset)`,
    { datasets: JSON.stringify(datasets) },
  );
}

/** A phrase that is part of this many values tells nothing of any of them. */
export const hitsPerPhraseMax = 60;
export const nearLengthMin = 5;

/** How a graph finds values: of each phrase and kind of match at most `hitsPerPhraseMax`, those with the most rows. */
export interface ValueFinder {
  /** Values that equal a phrase (case, accents and punctuation apart) or contain it as a run of words. */
  spelled(phrases: readonly string[]): Promise<readonly ValueHit[]>;
  /** Values that are one typo away from a phrase. */
  near(phrases: readonly string[]): Promise<readonly ValueHit[]>;
}

/** Finds values in the index of a snapshot that is attached as `schema`: those of the columns `within`, null for all. */
export function snapshotValueFinder(engine: Engine, schema: string, within: readonly ColumnsOf[] | null): ValueFinder {
  return {
    spelled: (phrases) => hitsOf(engine, schema, phrases, within, spelledSql(schema)),
    near: (phrases) => hitsOf(engine, schema, phrases, within, nearSql(schema)),
  };
}

/**
 * The values of the catalog that the phrases name, by whatever finds them. Near ones are only looked for of `misspelt`
 * phrases that have no other hit. Sorted by phrase, match, most rows first. The texts of a column that the glossary casts
 * are no values of it any more.
 */
export async function searchValues(
  finder: ValueFinder,
  { datasets }: Pick<Catalog, 'datasets'>,
  phrases: readonly string[],
  misspelt: readonly string[],
): Promise<readonly ValueHit[]> {
  const wanted = [...new Set(phrases)].filter((phrase) => phrase.trim() !== '');
  if (wanted.length === 0) return [];
  const spelled = await finder.spelled(wanted);
  const found = new Set(spelled.map(({ phrase }) => phrase));
  // Looking for typos compares with every value of like length: it is left to what nothing else explains.
  const unknown = [...new Set(misspelt)].filter((phrase) => !found.has(phrase) && phrase.length >= nearLengthMin);
  const near = unknown.length === 0 ? [] : await finder.near(unknown);
  const isCast = ({ dataset, column }: ValueHit): boolean =>
    datasets
      .find(({ name }) => name === dataset)
      ?.columns.some(({ name, cast }) => name === column && cast !== undefined) === true;
  const places = new Map(wanted.map((phrase, place) => [phrase, place]));
  return [...spelled, ...near]
    .filter((hit) => !isCast(hit))
    .sort(
      (left, right) =>
        (places.get(left.phrase) ?? 0) - (places.get(right.phrase) ?? 0) ||
        matchOrder[left.match] - matchOrder[right.match] ||
        right.rows - left.rows ||
        compareText(
          `${left.dataset}\n${left.column}\n${left.value}`,
          `${right.dataset}\n${right.column}\n${right.value}`,
        ),
    );
}

/** Each phrase as values are folded; those of which nothing is left are left out. */
export async function foldPhrases(
  engine: Engine,
  phrases: readonly string[],
): Promise<readonly { readonly phrase: string; readonly folded: string }[]> {
  const { rows } = await engine.query(`WITH ${phraseTable} SELECT phrase, folded FROM phrase`, {
    phrases: JSON.stringify(phrases),
  });
  return rows.map(([phrase, text]) => ({ phrase: String(phrase), folded: String(text) }));
}

/** All entries of the index of a snapshot that is attached as `schema`, in its order. */
export async function readIndexedValues(engine: Engine, schema: string): Promise<readonly IndexedValue[]> {
  const { rows } = await engine.query(
    `SELECT dataset, column_name, value, folded, row_count FROM ${schema}.value_index ORDER BY id`,
  );
  return rows.map(([dataset, column, value, text, count]) => ({
    dataset: String(dataset),
    column: String(column),
    value: String(value),
    folded: String(text),
    rows: Number(count),
  }));
}

/** Puts the entries where `writeValueIndex` takes them from; the table is there and empty. */
export async function stageValues(engine: Engine, values: readonly IndexedValue[]): Promise<void> {
  const rows = values.map(({ dataset, column, value, rows: count }) => ({ dataset, column, value, count }));
  await engine.run(
    `INSERT INTO ${valueCountTable} SELECT entry.dataset, entry."column", entry.value, entry.count, true
     FROM (SELECT unnest(from_json(CAST($rows AS VARCHAR), '[{"dataset":"VARCHAR","column":"VARCHAR","value":"VARCHAR","count":"BIGINT"}]')) AS entry)`,
    { rows: JSON.stringify(rows) },
  );
}

/** The phrases as given and folded. */
const phraseTable = `phrase AS MATERIALIZED (
      SELECT phrase, folded, length(folded) AS size, string_split(folded, ' ')[1] AS first_word
      FROM (SELECT phrase, ${folded('phrase')} AS folded FROM (SELECT unnest(from_json(CAST($phrases AS VARCHAR), '["VARCHAR"]')) AS phrase))
      WHERE folded <> '')`;

function spelledSql(schema: string): string {
  return `WITH ${phraseTable},
    found AS (
      SELECT phrase, id, 'exact' AS match FROM phrase JOIN ${schema}.value_index USING (folded)
      UNION ALL
      SELECT phrase, value_index.id, 'contains' AS match
      FROM phrase JOIN ${schema}.value_word ON word = first_word JOIN ${schema}.value_index ON value_index.id = value_word.id
      WHERE value_index.folded <> phrase.folded AND contains(' ' || value_index.folded || ' ', ' ' || phrase.folded || ' '))`;
}

/** One typo changes the length by at most one and spares either the first two letters or the last two. */
function nearSql(schema: string): string {
  return `WITH ${phraseTable},
    sized AS (SELECT phrase, folded AS said, left(folded, 2) AS start, right(folded, 2) AS finish, unnest([size - 1, size, size + 1]) AS size
      FROM phrase WHERE size >= ${nearLengthMin}),
    candidate AS (SELECT id, folded, left(folded, 2) AS start, right(folded, 2) AS finish, length(folded) AS size FROM ${schema}.value_index),
    spared AS (
      SELECT phrase, said, id, candidate.folded FROM sized JOIN candidate USING (start, size)
      UNION SELECT phrase, said, id, candidate.folded FROM sized JOIN candidate USING (finish, size)),
    found AS (SELECT phrase, id, 'near' AS match FROM spared WHERE damerau_levenshtein(said, folded) = 1)`;
}

/** The hits of `search`, which ends in a table `found`: of each phrase and kind of match those with the most rows. */
async function hitsOf(
  engine: Engine,
  schema: string,
  phrases: readonly string[],
  within: readonly ColumnsOf[] | null,
  search: string,
): Promise<ValueHit[]> {
  const pairs = within?.flatMap(({ dataset, columns }) => columns.map((column) => [dataset, column]));
  const { rows } = await engine.query(
    `${search} SELECT phrase, dataset, column_name, value, row_count, match FROM found JOIN ${schema}.value_index USING (id)
    ${pairs === undefined ? '' : seenOnly}
    QUALIFY row_number() OVER (PARTITION BY phrase, match ORDER BY row_count DESC, dataset, column_name, value) <= ${hitsPerPhraseMax}`,
    { phrases: JSON.stringify(phrases), ...(pairs === undefined ? {} : { columns: JSON.stringify(pairs) }) },
  );
  return rows.map(([phrase, dataset, column, value, count, match]) => ({
    phrase: String(phrase),
    dataset: String(dataset),
    column: String(column),
    value: String(value),
    rows: Number(count),
    match: matchOf(String(match)),
  }));
}

const seenOnly = `SEMI JOIN (SELECT pair[1] AS dataset, pair[2] AS column_name FROM (
      SELECT unnest(from_json(CAST($columns AS VARCHAR), '[["VARCHAR"]]')) AS pair)) USING (dataset, column_name)`;

const matchOrder = { exact: 0, contains: 1, near: 2 } as const;

function matchOf(text: string): ValueHit['match'] {
  return text === 'exact' || text === 'near' ? text : 'contains';
}
