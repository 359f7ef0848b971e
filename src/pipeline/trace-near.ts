import { distance } from 'fastest-levenshtein';
import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { Literal } from '../plan/query.js';
import { goldRelation } from '../proof/proof-context.js';

/** How many of the product's values are looked at, and how many are told. */
const lookedAtMax = 10_000;
const toldMax = 5;
/** More letters than this share of a word are no slip. */
const slipMax = 0.4;

/**
 * What to ask for instead, one sentence for each text that the product does not hold in its column: the nearest values that
 * it holds, or the first ones. The engine has the product's rows mounted.
 */
export async function unknownValueNotes(
  engine: Engine,
  where: ReadonlyMap<string, Literal>,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const [name, literal] of where) {
    if (literal.type !== 'text') continue;
    const column = quoteIdentifier(name);
    const { rows } = await engine.query(
      `SELECT DISTINCT ${column} FROM ${quoteIdentifier(goldRelation)} WHERE ${column} IS NOT NULL ORDER BY 1 LIMIT ${lookedAtMax}`,
    );
    const known = rows.map(([value]) => String(value));
    if (known.includes(literal.value)) continue;
    const near = nearest(literal.value, known);
    const told = (near.length > 0 ? near : known).slice(0, toldMax).map((value) => `"${value}"`);
    const ask = near.length > 0 ? `did you mean ${told.join(' or ')}?` : `it has ${told.join(', ')}`;
    const empty = await isInProduct(engine, new Map([[name, { type: 'null' }]]));
    const without = empty ? `; ${name}= asks for what has no value there` : '';
    notes.push(
      `no row of the product has "${literal.value}" in ${name}${told.length === 0 ? '' : `: ${ask}`}${without}`,
    );
  }
  return notes;
}

/** Whether the product holds a row with these values. The engine has the product's rows mounted. */
export async function isInProduct(engine: Engine, where: ReadonlyMap<string, Literal>): Promise<boolean> {
  const conditions = [...where].map(([name, literal]) => {
    const column = quoteIdentifier(name);
    return 'value' in literal ? `${column} = ${quoteLiteral(String(literal.value))}` : `${column} IS NULL`;
  });
  const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const { rows } = await engine.query(`SELECT 1 FROM ${quoteIdentifier(goldRelation)}${filter} LIMIT 1`);
  return rows.length > 0;
}

/** The values that differ by case or a few letters, or hold what was asked for; nearest first, then in their order. */
function nearest(wanted: string, known: readonly string[]): readonly string[] {
  const text = wanted.toLowerCase();
  const far = (value: string): number => {
    const other = value.toLowerCase();
    return other.includes(text) ? 0.5 : distance(text, other);
  };
  return known
    .map((value) => ({ value, steps: far(value) }))
    .filter(({ value, steps }) => steps <= slipMax * Math.max(value.length, wanted.length))
    .sort((left, right) => left.steps - right.steps)
    .map(({ value }) => value);
}
