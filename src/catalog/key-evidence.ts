import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import { type Claim, checkOf, type PremiseCheck } from '../sql/premise-sql.js';
import type { KeyEvidence } from './catalog.js';

/** Measures what a claim about keys says, on all rows. */
export type MeasureClaim = (claim: Claim) => Promise<KeyEvidence>;

/** Measures a claim about keys on all rows. Its dataset is mounted. */
export async function measureCheck(
  engine: Engine,
  { sql, keysSql, samplesSql }: Pick<PremiseCheck, 'sql' | 'keysSql' | 'samplesSql'>,
): Promise<KeyEvidence> {
  const broken = await countBroken(engine, sql);
  const keys = Number((await engine.query(keysSql)).rows[0]?.[0]);
  const samples = broken === 0 ? [] : (await engine.query(samplesSql)).rows;
  return {
    keys,
    broken,
    samples: samples.map((row) => `${row.slice(0, -1).map(String).join(' / ')} (${String(row.at(-1) ?? '')} rows)`),
  };
}

/** Whether so few values speak against a key that it is one with faults: at most half of those there are. */
export function isNearKey({ keys, broken }: Pick<KeyEvidence, 'keys' | 'broken'>): boolean {
  return keys > 0 && broken <= keys / 2;
}

/** How many keys speak against a claim. */
export async function countBroken(engine: Engine, sql: string): Promise<number> {
  return Number((await engine.query(sql)).rows[0]?.[0]);
}

/** `3 of 40 values of customers.id occur more than once: 5 (2 rows), 9 (2 rows)`. */
export function brokenText(
  { keys, broken, samples }: KeyEvidence,
  { dataset, columns, problem }: Pick<PremiseCheck, 'dataset' | 'columns' | 'problem'>,
): string {
  const more = broken > samples.length ? ', …' : '';
  const which = samples.length === 0 ? '' : `: ${samples.join(', ')}${more}`;
  return `${broken} of ${keys} values of ${dataset}.${columns.join(', ')} ${problem}${which}`;
}

/** The columns in which rows with the same key differ: at least once, and in which no two of them are alike or null. */
export interface RepeatedRows {
  readonly differing: ReadonlySet<string>;
  readonly telling: ReadonlySet<string>;
}

/** Looks at all rows of the dataset whose whole key occurs more than once. It is mounted. */
export async function repeatedRows(
  engine: Engine,
  dataset: string,
  key: readonly string[],
  columns: readonly string[],
): Promise<RepeatedRows> {
  if (columns.length === 0) return { differing: new Set(), telling: new Set() };
  const keys = key.map(quoteIdentifier);
  const facts = columns.map(quoteIdentifier).flatMap((name, at) => {
    const values = `count(DISTINCT ${name})`;
    return [
      `${values} = count(*) AS telling_${at}`,
      `${values} > 1 OR count(${name}) BETWEEN 1 AND count(*) - 1 AS differing_${at}`,
    ];
  });
  const groups = `SELECT ${facts.join(', ')} FROM ${quoteIdentifier(dataset)} WHERE ${keys.map((name) => `${name} IS NOT NULL`).join(' AND ')} GROUP BY ${keys.join(', ')} HAVING count(*) > 1`;
  const items = columns.flatMap((_name, at) => [`bool_and(telling_${at})`, `bool_or(differing_${at})`]);
  const [row = []] = (await engine.query(`SELECT ${items.join(', ')} FROM (${groups})`)).rows;
  return {
    telling: new Set(columns.filter((_name, at) => row[2 * at] === true)),
    differing: new Set(columns.filter((_name, at) => row[2 * at + 1] === true)),
  };
}

/** The same of a claim that stands in no plan. */
export function brokenClaimText(evidence: KeyEvidence, claim: Claim): string {
  return brokenText(evidence, checkOf(claim));
}

/** The claim that no two rows agree in `columns`. */
export function uniqueClaim(dataset: string, columns: readonly string[]): Claim {
  return { kind: 'unique', dataset, columns, validity: null, weight: null };
}
