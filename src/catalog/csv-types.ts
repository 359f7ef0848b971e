import type { Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import type { DataType } from '../plan/data-type.js';
import { bug } from '../support/errors.js';

/** Patterns that all values of a column must match in full for it to be of a type, besides casting to it. */
const patterns = {
  boolean: '(?i)true|false',
  // A leading zero marks a code, not a number.
  integer: '-?(0|[1-9][0-9]*)',
  decimal: '-?(0|[1-9][0-9]*)?\\.[0-9]+|-?(0|[1-9][0-9]*)\\.?',
  double: '[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?',
  date: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  timestamp: '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?',
  instant: '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[-+][0-9]{2}(:?[0-9]{2})?)',
} as const;

const casts = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  instant: 'TIMESTAMPTZ',
} as const;

const kinds = ['boolean', 'integer', 'date', 'timestamp', 'instant', 'decimal', 'double'] as const;
type Kind = (typeof kinds)[number];

/** Rows from which the types that are out of the question are told, before all rows are looked at. */
const firstRows = 2_000;

/**
 * The narrowest type that holds every value of each column of `relation`, whose columns are all text. Looks at all rows.
 * Numbers of at most 18 digits become decimals of the measured scale, so that no digit is lost; codes stay text.
 */
export async function detectTypes(
  engine: Engine,
  relation: string,
  columns: readonly string[],
): Promise<ReadonlyMap<string, DataType>> {
  const types = new Map<string, DataType>();
  const batchSize = 100;
  for (let start = 0; start < columns.length; start += batchSize) {
    const batch = columns.slice(start, start + batchSize);
    const first = await measure(
      engine,
      `(SELECT * FROM ${relation} LIMIT ${firstRows})`,
      batch.map((name) => ({ name, possible: kinds })),
    );
    const narrowed = batch.map((name, position) => ({ name, possible: possibleKinds(first[position] ?? []) }));
    const measures = await measure(engine, relation, narrowed);
    for (const [position, column] of batch.entries()) types.set(column, typeOfMeasures(measures[position] ?? []));
  }
  return types;
}

interface Suspect {
  readonly name: string;
  readonly possible: readonly Kind[];
}

/** Kinds that no value so far speaks against. Days may stand among moments. */
function possibleKinds(measures: readonly number[]): readonly Kind[] {
  const [values = 0, ...counts] = measures;
  const count = (kind: Kind): number => counts[kinds.indexOf(kind)] ?? 0;
  return kinds.filter((kind) => {
    if (kind === 'date' || kind === 'timestamp') return count('date') + count('timestamp') === values;
    return count(kind) === values;
  });
}

/** For each column: values in all; of each kind; then the most digits before and after the point. */
async function measure(
  engine: Engine,
  relation: string,
  suspects: readonly Suspect[],
): Promise<readonly (readonly number[])[]> {
  const { rows } = await engine.query(`SELECT ${suspects.map(measuresOf).join(', ')} FROM ${relation}`);
  const cells = rows[0];
  if (cells === undefined) throw bug('an aggregate gave no row');
  const count = kinds.length + 2;
  return suspects.map((_suspect, position) => cells.slice(position * count, (position + 1) * count).map(Number));
}

function measuresOf({ name, possible }: Suspect): string {
  const value = quoteIdentifier(name);
  const counts = kinds.map((kind) => (possible.includes(kind) ? `count(*) FILTER (${testOf(kind, value)})` : '-1'));
  return [`count(${value})`, ...counts, possible.includes('decimal') ? digitsOf(value) : '0'].join(', ');
}

function testOf(kind: Kind, value: string): string {
  const matches = `regexp_full_match(${value}, '${patterns[kind]}')`;
  if (kind === 'decimal') return matches;
  if (kind === 'double')
    return `${matches} AND (regexp_full_match(${value}, '${patterns.decimal}') OR contains(lower(${value}), 'e'))`;
  return `${matches} AND TRY_CAST(${value} AS ${casts[kind]}) IS NOT NULL`;
}

/** The most digits before the point times a hundred, and the most after it. */
function digitsOf(value: string): string {
  const part = (position: number): string =>
    `max(CASE WHEN ${testOf('decimal', value)} THEN least(length(split_part(ltrim(${value}, '-'), '.', ${position})), 99) END)`;
  return `coalesce(${part(1)}, 0) * 100 + coalesce(${part(2)}, 0)`;
}

function typeOfMeasures(measures: readonly number[]): DataType {
  const [values = 0, booleans, integers, dates, timestamps, instants, decimals, doubles, digits = 0] = measures;
  if (values === 0) return { kind: 'text' };
  if (booleans === values) return { kind: 'boolean' };
  if (integers === values) return { kind: 'integer', bits: 64 };
  if (dates === values) return { kind: 'date' };
  // Days may stand among moments; a day alone is its midnight.
  if (timestamps !== undefined && timestamps > 0 && timestamps + (dates ?? 0) === values)
    return { kind: 'timestamp', zoned: false };
  if (instants === values) return { kind: 'timestamp', zoned: true };
  const whole = Math.floor(digits / 100);
  const fraction = digits % 100;
  if (decimals === values && fraction > 0 && whole + fraction <= 18)
    return { kind: 'decimal', precision: 18, scale: fraction };
  // Whole numbers with more digits than any integer type holds are codes; as doubles they would lose their ends.
  if (doubles === values && (fraction > 0 || decimals !== values)) return { kind: 'double' };
  return { kind: 'text' };
}
