import { quoteIdentifier } from '../../engine/sql-text.js';
import type { Product, ProductFile, QualityRule } from '../../plan/product.js';
import { resultName } from '../../plan/result-name.js';
import type { EmittedFile } from '../../plan/run-state.js';
import { premiseChecks } from '../../sql/premise-sql.js';
import { failingRowsSql } from '../../sql/rule-sql.js';
import { commentLines } from '../escape.js';
import { madeBy, testNames } from './dbt-names.js';
import type { SourcePlace } from './dbt-sources.js';
import { dbtSelect } from './dbt-sql.js';
import { jinjaText } from './jinja.js';
import { sourceFileTests } from './source-file-tests.js';

const resultId = 'result';

/** The tag of tests that compute the whole table once more. */
export const wholeTag = 'dpb_whole';

/** A generic test in the properties of a model or of one of its columns. */
type GenericTest = Readonly<Record<string, unknown>>;

/** What the properties of the model say about its rules, and the files of the tests that are SQL of their own. */
export interface DbtTests {
  readonly ofModel: readonly GenericTest[];
  readonly ofColumn: ReadonlyMap<string, readonly GenericTest[]>;
  /** Paths are relative to the folder of tests. */
  readonly singular: readonly EmittedFile[];
}

/**
 * Each rule of the product as a test of dbt: generic where dbt has one that means the same, else SQL that counts what fails.
 * The premises of the joins are tests of their sources, so that the model is not built on data that would repeat rows; so is
 * what columns each file must have. Last, the table is held against the query run once more.
 */
export function dbtTests({ file, sql }: Pick<Product, 'file' | 'sql'>, place: SourcePlace): DbtTests {
  const premises = premiseChecks(file.plan);
  const sources = place.kind === 'files' ? sourceFileTests(file, place.defaultRoot) : [];
  const ids = [...[...file.rules, ...premises, ...sources].map(({ id }) => id), resultId];
  const names = testNames(file, ids);
  const nameOf = (id: string): string => names.get(id) ?? id;
  const ofColumn = new Map<string, readonly GenericTest[]>();
  const ofModel: GenericTest[] = [];
  const singular: EmittedFile[] = [];
  for (const rule of file.rules) {
    const generic = rule.target.kind === 'gold' ? genericTest(rule, nameOf(rule.id)) : null;
    if (generic === null) singular.push(ruleFile(rule, nameOf(rule.id), file));
    else if (generic.column === null) ofModel.push(generic.test);
    else ofColumn.set(generic.column, [...(ofColumn.get(generic.column) ?? []), generic.test]);
  }
  for (const premise of premises) {
    const select = dbtSelect(premise.sql, file, [premise.dataset]);
    singular.push(testFile(nameOf(premise.id), file, premise.description, 'error', 'duplicate_keys', select));
  }
  for (const { id, description, template } of sources)
    singular.push(testFile(nameOf(id), file, description, 'error', 'differing_columns', template));
  singular.push(resultFile(nameOf(resultId), file, sql));
  return { ofModel, ofColumn, singular };
}

function genericTest(
  { check, severity, description }: QualityRule,
  name: string,
): { readonly column: string | null; readonly test: GenericTest } | null {
  const common = {
    name,
    description: jinjaText(description),
    ...(severity === 'error' ? {} : { config: { severity: 'warn' } }),
  };
  switch (check.kind) {
    case 'not_null':
      return check.allowed !== undefined ? null : { column: check.column, test: { not_null: common } };
    case 'unique':
      return { column: null, test: { dpb_unique_rows: { ...common, arguments: { columns: check.columns } } } };
    case 'accepted_values': {
      // dbt puts the values between quotes as they are, so they are doubled here.
      const values = check.values.map((value) => jinjaText(value.replaceAll("'", "''")));
      return { column: check.column, test: { accepted_values: { ...common, arguments: { values } } } };
    }
    default:
      return null;
  }
}

function ruleFile(rule: QualityRule, name: string, file: ProductFile): EmittedFile {
  const { target, check } = rule;
  const result = resultName(file.model, file.sources);
  const relation = target.kind === 'gold' ? result : target.dataset;
  const columns =
    target.kind === 'gold'
      ? file.model.columns
      : (file.sources.find(({ dataset }) => dataset === target.dataset)?.columns ?? []);
  const sql = failingRowsSql(rule, relation, { columns, time: file.plan.time, asOf: null });
  const own = target.kind === 'source' ? [target.dataset] : [];
  const datasets = check.kind === 'references' ? [...new Set([...own, check.toDataset])] : own;
  const relations = target.kind === 'gold' ? [[result, `ref('${file.model.name}')`] as const] : [];
  return testFile(
    name,
    file,
    rule.description,
    rule.severity,
    'failing_rows',
    dbtSelect(sql, file, datasets, relations),
  );
}

/**
 * That the table holds the rows of its query, as multisets: what was written over, lost or repeated since tells. Digits of floats
 * that depend on the order of adding up are left out.
 */
function resultFile(name: string, file: ProductFile, sql: string): EmittedFile {
  const { model, sources } = file;
  const result = resultName(model, sources);
  const columns = model.columns
    .map((column) => ({ ...column, quoted: quoteIdentifier(column.name) }))
    .map(({ quoted, type }) => (type.kind === 'double' ? `printf('%.9g', ${quoted})` : quoted));
  const rows = (from: string): string => `SELECT ${columns.join(', ')} FROM ${quoteIdentifier(from)}`;
  const again = 'dpb again';
  const difference = (left: string, right: string): string => `(${rows(left)} EXCEPT ALL ${rows(right)})`;
  const select = dbtSelect(
    [
      `WITH ${quoteIdentifier(again)} AS MATERIALIZED (`,
      sql.trim(),
      ')',
      `SELECT count(*) AS differing_rows FROM (${difference(result, again)} UNION ALL ${difference(again, result)})`,
    ].join('\n'),
    file,
    sources.map(({ dataset }) => dataset),
    [[result, `ref('${model.name}')`]],
  );
  const text = testText(file, 'The table holds the rows of its query', 'error', 'differing_rows', select, [wholeTag]);
  return { path: `${name}.sql`, text, executable: false };
}

function testFile(
  name: string,
  file: ProductFile,
  description: string,
  severity: QualityRule['severity'],
  count: string,
  select: string,
): EmittedFile {
  return { path: `${name}.sql`, text: testText(file, description, severity, count, select), executable: false };
}

function testText(
  file: ProductFile,
  description: string,
  severity: QualityRule['severity'],
  count: string,
  select: string,
  tags: readonly string[] = [],
): string {
  const shown = severity === 'error' ? 'error' : 'warn';
  const tagged = tags.length === 0 ? '' : `, tags=${JSON.stringify(tags)}`;
  const config = `{{ config(severity='${shown}', fail_calc='coalesce(sum(${count}), 0)'${tagged}) }}`;
  return [jinjaText(commentLines(`${description}\n${madeBy(file)}`, '--')), config, select, ''].join('\n');
}
