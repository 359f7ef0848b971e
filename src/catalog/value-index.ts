import type { Engine } from '../engine/engine.js';
import { compareText } from '../support/text-order.js';
import type { ValueHit } from './catalog.js';

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
const hitsPerPhraseMax = 60;
const nearLengthMin = 5;

/**
 * Values that equal a phrase (case, accents and punctuation apart), contain it as a run of words, or are one typo away.
 * Near ones are only looked for of `misspelt` phrases that have no other hit. Sorted by phrase, match, most rows first.
 */
export async function searchValues(
  engine: Engine,
  schema: string,
  phrases: readonly string[],
  misspelt: readonly string[],
): Promise<readonly ValueHit[]> {
  const wanted = [...new Set(phrases)].filter((phrase) => phrase.trim() !== '');
  if (wanted.length === 0) return [];
  const sql = `WITH phrase AS MATERIALIZED (
      SELECT phrase, folded, length(folded) AS size, string_split(folded, ' ')[1] AS first_word
      FROM (SELECT phrase, ${folded('phrase')} AS folded FROM (SELECT unnest(from_json(CAST($phrases AS VARCHAR), '["VARCHAR"]')) AS phrase))
      WHERE folded <> ''),
    misspelt AS MATERIALIZED (
      SELECT *, left(folded, 2) AS start, right(folded, 2) AS finish FROM phrase
      WHERE size >= ${nearLengthMin} AND list_contains(from_json(CAST($misspelt AS VARCHAR), '["VARCHAR"]'), phrase)),
    exact AS (SELECT phrase, id, 'exact' AS match FROM phrase JOIN ${schema}.value_index USING (folded)),
    inside AS (
      SELECT phrase, value_index.id, 'contains' AS match
      FROM phrase JOIN ${schema}.value_word ON word = first_word JOIN ${schema}.value_index ON value_index.id = value_word.id
      WHERE value_index.folded <> phrase.folded AND contains(' ' || value_index.folded || ' ', ' ' || phrase.folded || ' ')),
    found AS (SELECT * FROM exact UNION ALL SELECT * FROM inside),
    candidate AS (SELECT id, folded, left(folded, 2) AS start, right(folded, 2) AS finish FROM ${schema}.value_index),
    -- One typo spares either the first two letters or the last two.
    spared AS (
      SELECT phrase, id, misspelt.folded AS said, candidate.folded FROM misspelt JOIN candidate USING (start)
      UNION SELECT phrase, id, misspelt.folded, candidate.folded FROM misspelt JOIN candidate USING (finish)),
    near AS (
      SELECT phrase, id, 'near' AS match FROM spared
      WHERE abs(length(said) - length(folded)) <= 1 AND phrase NOT IN (SELECT phrase FROM found)
        AND damerau_levenshtein(said, folded) = 1)
    SELECT phrase, dataset, column_name, value, row_count, match
    FROM (SELECT * FROM found UNION ALL SELECT * FROM near) JOIN ${schema}.value_index USING (id)
    QUALIFY row_number() OVER (PARTITION BY phrase, match ORDER BY row_count DESC, dataset, column_name, value) <= ${hitsPerPhraseMax}`;
  const { rows } = await engine.query(sql, { phrases: JSON.stringify(wanted), misspelt: JSON.stringify(misspelt) });
  const hits = rows.map(([phrase, dataset, column, value, count, match]) => ({
    phrase: String(phrase),
    dataset: String(dataset),
    column: String(column),
    value: String(value),
    rows: Number(count),
    match: matchOf(String(match)),
  }));
  return hits.sort(
    (left, right) =>
      wanted.indexOf(left.phrase) - wanted.indexOf(right.phrase) ||
      matchOrder[left.match] - matchOrder[right.match] ||
      right.rows - left.rows ||
      compareText(
        `${left.dataset}\n${left.column}\n${left.value}`,
        `${right.dataset}\n${right.column}\n${right.value}`,
      ),
  );
}

const matchOrder = { exact: 0, contains: 1, near: 2 } as const;

function matchOf(text: string): ValueHit['match'] {
  return text === 'exact' || text === 'near' ? text : 'contains';
}
