import type { CellValue, Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import { type DataType, doubleNoise, isNumeric } from '../plan/data-type.js';
import { bug } from '../support/errors.js';
import { hasSecretForm } from '../support/secrets.js';
import type { ColumnProfile } from './catalog.js';
import { valueCountTable } from './value-index.js';
import { patternOfValues } from './value-patterns.js';

/** A column as measured: the same for the same bytes, whatever the names around it. */
export interface MeasuredColumn {
  readonly name: string;
  readonly type: DataType;
  readonly profile: ColumnProfile;
  /** Mean length in characters of text values; null for other types. */
  readonly averageLength: number | null;
  /** The kind of personal data that the first values look like; null for none. Text columns only. */
  readonly valuePattern: string | null;
  /** All values with their counts, of a column with few; else null. */
  readonly values: readonly { readonly value: string; readonly count: number }[] | null;
}

export interface TypedColumn {
  readonly name: string;
  readonly type: DataType;
}

/** A column with more distinct values than this is not listed value by value. */
const listedValuesMax = 200;
const indexedValuesMax = 20_000;
const indexedLengthMax = 60;
const fractionDigitsMax = 12;

/** Makes the working tables of a scan in the session. */
export async function prepareValueCounts(engine: Engine): Promise<void> {
  await engine.run('CREATE SCHEMA dpb_scan');
  await engine.run(
    `CREATE TABLE ${valueCountTable} (dataset VARCHAR, column_name VARCHAR, value VARCHAR, row_count BIGINT, is_indexed BOOLEAN)`,
  );
}

/** Profiles the mounted dataset: one scan for the measures (a hundred columns each), one for values, one for samples. */
export async function profileDataset(
  engine: Engine,
  dataset: string,
  columns: readonly TypedColumn[],
): Promise<{ readonly rows: number; readonly columns: readonly MeasuredColumn[] }> {
  const view = quoteIdentifier(dataset);
  const { rowCount, measured } = await measureColumns(engine, view, columns);
  const values = await countValues(engine, dataset, measured);
  const samples = await sampleTexts(engine, view, columns);
  return {
    rows: rowCount,
    columns: await Promise.all(
      measured.map(async ({ column, profile, averageLength }) => {
        const listed = values.get(column.name) ?? null;
        const known = { name: column.name, type: column.type, averageLength };
        const shown = [profile.min ?? '', profile.max ?? '', ...(listed ?? []).map(({ value }) => value)];
        if (column.type.kind === 'text' && shown.some(hasSecretForm)) {
          await forgetValues(engine, dataset, column.name);
          return { ...known, profile: { ...profile, min: null, max: null }, valuePattern: 'credential', values: null };
        }
        return { ...known, profile, valuePattern: patternOfValues(samples.get(column.name) ?? []), values: listed };
      }),
    ),
  };
}

/** Takes the values of a column out of what is kept to be found: one of them is a secret, and which others are is not known. */
async function forgetValues(engine: Engine, dataset: string, column: string): Promise<void> {
  await engine.run(`DELETE FROM ${valueCountTable} WHERE dataset = $dataset AND column_name = $column`, {
    dataset,
    column,
  });
}

/** The profiles of the columns of a relation, and how many rows it has. */
export async function measureColumns(
  engine: Engine,
  relation: string,
  columns: readonly TypedColumn[],
): Promise<{ readonly rowCount: number; readonly measured: readonly Profiled[] }> {
  const measured: Profiled[] = [];
  let rowCount = 0;
  const batchSize = 100;
  for (let start = 0; start < columns.length; start += batchSize) {
    const batch = columns.slice(start, start + batchSize);
    const { rows } = await engine.query(
      `SELECT count(*), ${batch.map((column) => measuresOf(column)).join(', ')} FROM ${relation}`,
    );
    const cells = rows[0];
    if (cells === undefined) throw bug('an aggregate gave no row');
    rowCount = Number(cells[0]);
    for (const [position, column] of batch.entries()) {
      const own = cells.slice(1 + position * measuresCount, 1 + (position + 1) * measuresCount);
      measured.push({ column, ...profileOf(column.type, own, rowCount) });
    }
  }
  return { rowCount, measured };
}

const measuresCount = 8;

/** Non-null values, distinct, min, max, mean, fraction digits, average length, values too large for the mean. */
function measuresOf({ name, type }: TypedColumn): string {
  const value = quoteIdentifier(name);
  const nothing = 'NULL';
  const known = `count(${value})`;
  switch (type.kind) {
    case 'integer':
      return [
        known,
        `count(DISTINCT ${value})`,
        `min(${value})`,
        `max(${value})`,
        `avg(${value})`,
        '0',
        nothing,
        '0',
      ].join(', ');
    case 'decimal':
      return [
        known,
        `count(DISTINCT ${value})`,
        `min(${value})`,
        `max(${value})`,
        `avg(${value})`,
        fractionDigits(value, type.scale),
        nothing,
        '0',
      ].join(', ');
    case 'double': {
      const finite = `FILTER (isfinite(${value}))`;
      // The mean is taken over decimals: sums of doubles depend on the order in which threads add.
      const mean = `avg(TRY_CAST(${value} AS DECIMAL(18, 6))) ${finite}`;
      const lost = `count(*) FILTER (isfinite(${value}) AND abs(${value}) >= 1e11)`;
      return [
        known,
        `count(DISTINCT ${value})`,
        `min(${value}) ${finite}`,
        `max(${value}) ${finite}`,
        mean,
        // NaN and infinities are no decimals: one of them leaves the column without a number of digits.
        `CASE WHEN count(*) FILTER (NOT isfinite(${value})) = 0 THEN ${doubleDigits(value)} END`,
        nothing,
        lost,
      ].join(', ');
    }
    case 'text':
      return [
        known,
        `count(DISTINCT ${value})`,
        `left(min(${value}), 200)`,
        `left(max(${value}), 200)`,
        nothing,
        nothing,
        `avg(length(${value}))`,
        '0',
      ].join(', ');
    case 'other':
      return [
        known,
        `count(DISTINCT CAST(${value} AS VARCHAR))`,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        '0',
      ].join(', ');
    default:
      return [known, `count(DISTINCT ${value})`, `min(${value})`, `max(${value})`, nothing, nothing, nothing, '0'].join(
        ', ',
      );
  }
}

/** The most decimal digits of any value; one more than `most` where some value has more. */
function fractionDigits(
  value: string,
  most: number,
  hasDigits = (digits: number) => `${value} = round(${value}, ${digits})`,
): string {
  const branches = Array.from({ length: most + 1 }, (_none, digits) => `WHEN ${hasDigits(digits)} THEN ${digits}`);
  return `max(CASE WHEN ${value} IS NULL THEN NULL ${branches.join(' ')} ELSE ${most + 1} END)`;
}

/** A DOUBLE is taken for the decimal that it is up to the noise of its own arithmetic: 130.95180000000002 has four digits. */
function doubleDigits(value: string): string {
  return fractionDigits(
    value,
    fractionDigitsMax,
    (digits) => `abs(${value} - round(${value}, ${digits})) <= abs(${value}) * ${doubleNoise}`,
  );
}

function profileOf(
  type: DataType,
  cells: readonly CellValue[],
  rows: number,
): { profile: ColumnProfile; averageLength: number | null } {
  const [known = 0, distinct = 0, min = null, max = null, mean = null, digits = null, length = null, lost = 0] = cells;
  const fraction = digits === null ? null : Number(digits);
  return {
    profile: {
      nulls: rows - Number(known),
      distinct: Number(distinct),
      min: plainText(min),
      max: plainText(max),
      mean: mean === null || Number(lost) > 0 ? null : Number(mean),
      fractionDigits: !isNumeric(type) || fraction === null || fraction > fractionDigitsMax ? null : fraction,
    },
    averageLength: length === null ? null : Number(length),
  };
}

/** Numbers without exponent, everything else as it came. */
function plainText(cell: CellValue): string | null {
  if (cell === null) return null;
  if (typeof cell !== 'number') return String(cell);
  if (Number.isInteger(cell)) return BigInt(cell).toString();
  const text = String(cell);
  return text.includes('e') ? cell.toFixed(20).replace(/0+$/, '') : text;
}

interface Profiled {
  readonly column: TypedColumn;
  readonly profile: ColumnProfile;
  readonly averageLength: number | null;
}

/** Counts the values of text columns into the working table, and lists those of columns that have few. */
async function countValues(
  engine: Engine,
  dataset: string,
  measured: readonly Profiled[],
): Promise<ReadonlyMap<string, readonly { value: string; count: number }[]>> {
  const indexed = measured.filter(isIndexed);
  const listed = measured.filter(
    ({ column, profile }) => isListed(column.type) && profile.distinct > 0 && profile.distinct <= listedValuesMax,
  );
  const counted = [...new Set([...indexed, ...listed])];
  if (counted.length === 0) return new Map();
  const selects = counted.map(({ column: { name } }) => {
    const value = quoteIdentifier(name);
    const labels = `${quoteLiteral(dataset)} AS dataset, ${quoteLiteral(name)} AS column_name`;
    return `SELECT ${labels}, CAST(${value} AS VARCHAR) AS value, count(*) AS row_count, ${indexed.some(({ column }) => column.name === name)} AS is_indexed FROM ${quoteIdentifier(dataset)} WHERE ${value} IS NOT NULL GROUP BY ${value}`;
  });
  await engine.run(`INSERT INTO ${valueCountTable} ${selects.join(' UNION ALL ')}`);
  const names = listed.map(({ column }) => quoteLiteral(column.name)).join(', ');
  const found = new Map<string, { value: string; count: number }[]>();
  if (names === '') return found;
  const { rows } = await engine.query(
    `SELECT column_name, value, row_count FROM ${valueCountTable} WHERE dataset = $dataset AND column_name IN (${names}) ORDER BY column_name, row_count DESC, value`,
    { dataset },
  );
  for (const [name, value, count] of rows) {
    const list = found.get(String(name)) ?? [];
    list.push({ value: String(value), count: Number(count) });
    found.set(String(name), list);
  }
  return found;
}

function isIndexed({ column, profile, averageLength }: Profiled): boolean {
  return (
    column.type.kind === 'text' &&
    profile.distinct > 0 &&
    profile.distinct <= indexedValuesMax &&
    (averageLength ?? 0) <= indexedLengthMax
  );
}

function isListed(type: DataType): boolean {
  return type.kind === 'text' || type.kind === 'boolean' || type.kind === 'integer';
}

const sampleRows = 400;

async function sampleTexts(
  engine: Engine,
  view: string,
  columns: readonly TypedColumn[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const texts = columns.filter(({ type }) => type.kind === 'text');
  const samples = new Map<string, readonly string[]>();
  if (texts.length === 0) return samples;
  const list = texts.map(({ name }) => `left(${quoteIdentifier(name)}, 100)`).join(', ');
  const { rows } = await engine.query(`SELECT ${list} FROM ${view} LIMIT ${sampleRows}`);
  for (const [position, { name }] of texts.entries()) {
    samples.set(
      name,
      rows.flatMap((row) => (typeof row[position] === 'string' ? [row[position]] : [])),
    );
  }
  return samples;
}
