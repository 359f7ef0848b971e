import { dataTypeOf } from '../engine/duckdb-type.js';
import type { Engine } from '../engine/engine.js';
import { type DataType, isNumeric, isTemporal, typeText } from '../plan/data-type.js';
import { ambiguousFormats, dateFormat } from '../plan/date-formats.js';
import type { PreparedCast } from '../plan/query.js';
import { column as columnSql, select } from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { preparedCastSql } from '../sql/prepared-cast-sql.js';
import { printSql } from '../sql/print.js';
import type { Column, ColumnCast, ColumnProfile, Dataset } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import type { GlossaryPath } from './glossary.js';
import { type NameFinder, UnknownNameError } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';
import { measureColumns } from './profile.js';

type GlossaryTable = NonNullable<NonNullable<GlossaryFile['tables']>[string]>;

/** A cast that the glossary declares, with what the column looks like once it is cast. */
export interface DeclaredCast {
  readonly cast: ColumnCast;
  readonly profile: ColumnProfile;
}

/** Measures a column of a dataset as it is once it is cast. */
export type MeasureCast = (
  dataset: string,
  column: Pick<Column, 'name' | 'type'>,
  cast: PreparedCast,
) => Promise<{ readonly profile: ColumnProfile; readonly values: number; readonly misfits: number }>;

/** The casts of the table's columns, by column. What is wrong with one is noted with its place. */
export async function castsOf(
  dataset: Dataset,
  table: GlossaryTable,
  path: GlossaryPath,
  finder: NameFinder,
  measure: MeasureCast,
  notes: FoldNotes,
): Promise<ReadonlyMap<string, DeclaredCast>> {
  const casts = new Map<string, DeclaredCast>();
  for (const [name, about] of Object.entries(table.columns ?? {})) {
    if (about === null || typeof about === 'string') continue;
    const { type, formats, on_failure: otherwise } = about;
    if (type === undefined && formats === undefined && otherwise === undefined) continue;
    const place = [...path, 'columns', name];
    const column = await notes.guard(place, () => finder.column(dataset, name));
    const cast = column === null ? null : await notes.guard(place, () => castOf(column, about));
    if (column === null || cast === null) continue;
    const { profile, values, misfits } = await measure(dataset.name, column, cast);
    casts.set(column.name, { cast: { ...cast, stored: column.type, values, misfits }, profile });
    if (misfits > 0 && cast.onFailure === 'error')
      notes.warn(
        place,
        `${misfits} of ${values} values are no ${typeText(cast.to)}: no build that reads them will pass`,
      );
  }
  return casts;
}

function castOf(
  column: Column,
  {
    type,
    formats,
    on_failure: otherwise,
  }: Pick<Exclude<NonNullable<GlossaryTable['columns']>[string], string | null>, 'type' | 'formats' | 'on_failure'>,
): PreparedCast {
  const to = type === undefined ? null : typeNamed(type);
  if (to === null)
    throw new UnknownNameError(
      type === undefined
        ? 'what it is read as is missing: type'
        : `"${type}" is no type: date, timestamp, decimal(18,2), bigint, double or boolean`,
      [],
    );
  if (column.type.kind !== 'text') throw new UnknownNameError(`it is ${typeText(column.type)}, and read as that`, []);
  const wrong = formats?.find((format) => !dateFormat.test(format));
  if (wrong !== undefined) throw new UnknownNameError(`"${wrong}" is no format of a date, such as DD.MM.YYYY`, []);
  if (formats !== undefined && to.kind !== 'date') throw new UnknownNameError('formats are for type: date', []);
  const same = formats === undefined ? null : ambiguousFormats(formats);
  if (same !== null) throw new UnknownNameError(`no text can tell ${same[0]} from ${same[1]}: name one of them`, []);
  // Unquoted in YAML, `null` comes as nothing.
  const onFailure = otherwise === null ? 'null' : otherwise === 'null' || otherwise === 'drop' ? otherwise : 'error';
  return { to, onFailure, ...(formats === undefined ? {} : { formats }) };
}

function typeNamed(name: string): DataType | null {
  const type = dataTypeOf(
    name
      .trim()
      .toUpperCase()
      .replace(/^(NUMERIC)\b/, 'DECIMAL'),
  );
  return isNumeric(type) || isTemporal(type) || type.kind === 'boolean' ? type : null;
}

/** Measures the cast on all rows of the mounted dataset, by the very expression that plans cast by. */
export async function measureCast(
  engine: Engine,
  dataset: string,
  { name, type }: Pick<Column, 'name' | 'type'>,
  cast: PreparedCast,
): ReturnType<MeasureCast> {
  const value = columnSql(null, name);
  const items = [
    { expression: preparedCastSql(value, type, cast), alias: 'cast_value' },
    { expression: value, alias: 'stored_value' },
  ];
  const sql = printSql(
    { with: [], body: select(items, { kind: 'table', schema: null, name: dataset, alias: dataset }) },
    duckdbDialect,
  );
  const relation = `(${sql.trim().replace(/;$/, '')})`;
  const { measured } = await measureColumns(engine, relation, [{ name: 'cast_value', type: cast.to }]);
  const { rows } = await engine.query(
    `SELECT count(stored_value), count(stored_value) - count(cast_value) FROM ${relation}`,
  );
  const [first] = measured;
  const profile = first?.profile ?? { nulls: 0, distinct: 0, min: null, max: null, mean: null, fractionDigits: null };
  return { profile, values: Number(rows[0]?.[0] ?? 0), misfits: Number(rows[0]?.[1] ?? 0) };
}
