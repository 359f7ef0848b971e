import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import { quoteIdentifier, quoteLiteral } from '../../engine/sql-text.js';
import type { DataType } from '../../plan/data-type.js';
import type { Product } from '../../plan/product.js';
import { textOf } from '../../proof/naive/cast.js';
import type { Value } from '../../proof/naive/value.js';
import { dbtWord } from './dbt-names.js';
import { sourceReference } from './dbt-sources.js';
import { jinjaText } from './jinja.js';
import { unitCases, unitTestAsOf } from './unit-cases.js';
import type { Cell } from './value-pools.js';

/** The unit tests of the model as dbt's properties, and what is said about them above. */
export interface UnitTests {
  readonly properties: unknown;
  readonly note: string;
}

/**
 * A unit test for each branch of the plan, on made-up rows, with the rows that a second, independent evaluation of the plan
 * gives on them. Fixtures are SQL, so that dbt need not look into files for the types of their columns.
 */
export function unitTests({ file, refresh }: Product): UnitTests {
  const { cases, missing } = unitCases(file);
  const { model, sources } = file;
  const tests = cases.map(({ branch, description, rows, expected }) => ({
    name: `${dbtWord(file)}__unit_${branch}`,
    description: jinjaText(description),
    model: model.name,
    overrides: {
      vars: { as_of: unitTestAsOf },
      ...(refresh.kind === 'full' ? {} : { macros: { is_incremental: false } }),
    },
    given: sources.map((source) => ({
      input: sourceReference(file, source.dataset),
      format: 'sql',
      // dbt renders fixtures twice: as properties, then as models of their own.
      rows: jinjaText(jinjaText(valuesSql(source.columns, rows.get(source.dataset) ?? []))),
    })),
    expect: {
      format: 'sql',
      rows: jinjaText(
        valuesSql(
          model.columns,
          expected.map((row) => row.map(cellOf)),
        ),
      ),
    },
  }));
  const lines = [
    'The rows that are expected come from an evaluation of the plan that is independent of its SQL.',
    ...missing.map((reason) => `There is no such test. ${reason}`),
  ];
  return { properties: { version: 2, unit_tests: tests }, note: lines.join('\n') };
}

function cellOf(value: Value): Cell {
  return value === null ? null : textOf(value);
}

/** A SELECT of the rows with the given names and types; each value is text that is cast, so that no digit is lost. */
function valuesSql(
  columns: readonly { readonly name: string; readonly type: DataType }[],
  rows: readonly (readonly Cell[])[],
): string {
  const items = columns.map(({ name, type }, at) => {
    const duckdbType = duckdbTypeOf(type);
    const value = quoteIdentifier(`c${at}`);
    return `${duckdbType === null ? value : `CAST(${value} AS ${duckdbType})`} AS ${quoteIdentifier(name)}`;
  });
  const shown = rows.length === 0 ? [columns.map(() => null)] : rows;
  const tuples = shown.map(
    (row) => `  (${row.map((cell) => (cell === null ? 'NULL' : quoteLiteral(cell))).join(', ')})`,
  );
  const names = columns.map((_, at) => quoteIdentifier(`c${at}`)).join(', ');
  const where = rows.length === 0 ? '\nWHERE false' : '';
  return `SELECT ${items.join(', ')}\nFROM (VALUES\n${tuples.join(',\n')}\n) AS made_up(${names})${where}`;
}
