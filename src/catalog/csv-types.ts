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
    const { rows } = await engine.query(`SELECT ${batch.map(measuresOf).join(', ')} FROM ${relation}`);
    const cells = rows[0];
    if (cells === undefined) throw bug('an aggregate gave no row');
    for (const [position, column] of batch.entries()) {
      types.set(
        column,
        typeOfMeasures(cells.slice(position * measuresCount, (position + 1) * measuresCount).map(Number)),
      );
    }
  }
  return types;
}

const measuresCount = 9;

/** Values in all; of each type; then the most digits before and after the point. */
function measuresOf(column: string): string {
  const name = quoteIdentifier(column);
  const matching = (pattern: string): string => `regexp_full_match(${name}, '${pattern}')`;
  const castable = (kind: keyof typeof casts): string =>
    `count(*) FILTER (${matching(patterns[kind])} AND TRY_CAST(${name} AS ${casts[kind]}) IS NOT NULL)`;
  const digits = `ltrim(${name}, '-')`;
  return [
    `count(${name})`,
    castable('boolean'),
    castable('integer'),
    castable('date'),
    castable('timestamp'),
    castable('instant'),
    `count(*) FILTER (${matching(patterns.decimal)})`,
    `count(*) FILTER (${matching(patterns.double)} AND (${matching(patterns.decimal)} OR contains(lower(${name}), 'e')))`,
    `coalesce(max(CASE WHEN ${matching(patterns.decimal)} THEN length(split_part(${digits}, '.', 1)) * 100 END), 0) + coalesce(max(CASE WHEN ${matching(patterns.decimal)} THEN least(length(split_part(${digits}, '.', 2)), 99) END), 0)`,
  ].join(', ');
}

function typeOfMeasures(measures: readonly number[]): DataType {
  const [values = 0, booleans, integers, dates, timestamps, instants, decimals, doubles, digits = 0] = measures;
  if (values === 0) return { kind: 'text' };
  if (booleans === values) return { kind: 'boolean' };
  if (integers === values) return { kind: 'integer', bits: 64 };
  if (dates === values) return { kind: 'date' };
  // Days may stand among moments; a day alone is its midnight.
  if ((timestamps ?? 0) + (dates ?? 0) === values) return { kind: 'timestamp', zoned: false };
  if (instants === values) return { kind: 'timestamp', zoned: true };
  const whole = Math.floor(digits / 100);
  const fraction = digits % 100;
  if (decimals === values && fraction > 0 && whole + fraction <= 18)
    return { kind: 'decimal', precision: 18, scale: fraction };
  if (doubles === values) return { kind: 'double' };
  return { kind: 'text' };
}
