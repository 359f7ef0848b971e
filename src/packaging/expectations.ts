import { checkUsesAsOf } from '../plan/as-of.js';
import type { ProductFile, QualityRule, RuleCheck, SourceTable } from '../plan/product.js';
import { checkedRowsSql } from '../sql/checked-rows-sql.js';
import { type PremiseCheck, premiseChecks } from '../sql/premise-sql.js';
import { freeName } from '../support/free-name.js';
import type { IsoDate } from '../support/iso-date.js';

/** An expectation of Great Expectations 1.x as its suites hold it. */
export interface Expectation {
  readonly type: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly severity: 'critical' | 'warning';
  /** `days_before_as_of`: the least value is the as-of date, less so many days. */
  readonly meta: { readonly rule: string; readonly description?: string; readonly days_before_as_of?: number };
}

/** A suite of Great Expectations 1.x. */
export interface Suite {
  readonly name: string;
  readonly expectations: readonly Expectation[];
  readonly meta: {
    readonly made_by: string;
    readonly rules_without_expectation: readonly { readonly rule: string; readonly why: string }[];
  };
}

/** The suite of a source, and the rows that it looks at. */
export interface SourceSuite {
  readonly dataset: string;
  /** A SELECT of DuckDB over the datasets by name. */
  readonly rows: string;
  /** Whether `rows` has the parameter `$as_of`. */
  readonly uses_as_of: boolean;
  /** The datasets that `rows` reads. */
  readonly reads: readonly string[];
  readonly suite: Suite;
}

/** A rule as an expectation, or why there is none that means the same. */
type Said = Pick<Expectation, 'type' | 'kwargs'> | { readonly missing: string };

/** The suite of the gold table. */
export function goldSuite(file: ProductFile): Suite {
  const rules = file.rules.filter(({ target }) => target.kind === 'gold');
  const said = rules.map((rule) => [rule, nativeOf(rule.check, file.model.columns)] as const);
  return {
    name: file.name,
    expectations: [columnsExpectation(file), ...said.flatMap(([rule, found]) => expectationsOf(rule, found))],
    meta: metaOf(
      file,
      said.flatMap(([rule, found]) => unsaid(rule, found)),
    ),
  };
}

/**
 * The suites of the sources that have rules or that joins rest on, in order. What has no expectation of its own is one that all
 * rows pass, as DuckDB tells: conditions, bounds of dates, whether a key has its partner, and the same of all rows: periods without a
 * gap, histories that do not overlap, weights that add up. `asOf: null` leaves the parameter.
 */
export function sourceSuites(file: ProductFile, asOf: IsoDate | null): readonly SourceSuite[] {
  return file.sources.flatMap((source, at) => {
    const suite = sourceSuite(file, source, `${file.name}.source_${at + 1}`, asOf);
    return suite.suite.expectations.length === 0 ? [] : [suite];
  });
}

function sourceSuite(file: ProductFile, source: SourceTable, name: string, asOf: IsoDate | null): SourceSuite {
  const { dataset, columns } = source;
  const rules = file.rules.filter(({ target }) => target.kind === 'source' && target.dataset === dataset);
  const taken = new Set(columns.map((column) => column.name));
  const flags: { readonly name: string; readonly check: RuleCheck }[] = [];
  const said = rules.map((rule) => {
    const found = rule.check.kind === 'freshness' ? newest(rule.check) : nativeOf(rule.check, columns);
    if (!('missing' in found) || !isToldByRows(rule.check)) return [rule, found] as const;
    const flag = { name: freeName(`passes ${rule.id}`, taken), check: rule.check };
    flags.push(flag);
    return [rule, allTrue(flag.name, rule.check)] as const;
  });
  const claimed = premiseChecks(file.plan).filter((premise) => premise.dataset === dataset);
  const premises = claimed
    .filter(({ kind }) => kind !== 'unique')
    .map((premise) => ({ name: freeName(`holds ${premise.id}`, taken), premise }));
  const expectations = [
    ...said.flatMap(([rule, found]) => expectationsOf(rule, found)),
    ...claimed.flatMap((premise) => uniquePremise(premise, rules)),
    ...premises.map(({ name: flag, premise }) => premiseExpectation(premise, allTrue(flag))),
  ];
  const own = columns.map((column) => column.name);
  const looked = new Set(expectations.flatMap(({ kwargs }) => columnsIn(kwargs)));
  const read = own.filter((column) => looked.has(column));
  const shown = read.length > 0 ? read : own.slice(0, 1);
  return {
    dataset,
    rows: checkedRowsSql(dataset, { columns: shown, flags, premises }, { columns, time: file.plan.time, asOf }),
    uses_as_of: asOf === null && flags.some(({ check }) => checkUsesAsOf(check)),
    reads: [
      ...new Set([dataset, ...flags.flatMap(({ check }) => (check.kind === 'references' ? [check.toDataset] : []))]),
    ],
    suite: {
      name,
      expectations,
      meta: metaOf(
        file,
        said.flatMap(([rule, found]) => unsaid(rule, found)),
      ),
    },
  };
}

/** The columns that an expectation looks at; none where it is about the table. */
export function columnsIn(kwargs: Expectation['kwargs']): readonly string[] {
  const { column, column_list: list } = kwargs;
  return [column, ...(Array.isArray(list) ? list : [])].filter((name) => typeof name === 'string');
}

function metaOf(file: ProductFile, without: Suite['meta']['rules_without_expectation']): Suite['meta'] {
  return { made_by: `dpb, from ${file.name}.dpb.yaml`, rules_without_expectation: without };
}

function columnsExpectation({ model }: ProductFile): Expectation {
  return {
    type: 'expect_table_columns_to_match_ordered_list',
    kwargs: { column_list: model.columns.map(({ name }) => name) },
    severity: 'critical',
    meta: { rule: 'the columns of the contract' },
  };
}

function expectationsOf({ id, check, severity, description }: QualityRule, said: Said): readonly Expectation[] {
  if ('missing' in said) return [];
  const days = check.kind === 'freshness' ? { days_before_as_of: Math.floor(check.maxAgeDays) } : {};
  return [
    { ...said, severity: severity === 'error' ? 'critical' : 'warning', meta: { rule: id, description, ...days } },
  ];
}

/** A key that joins meet, unless a rule says the same of it. Keys with a null meet nothing. */
function uniquePremise(premise: PremiseCheck, rules: readonly QualityRule[]): readonly Expectation[] {
  const { kind, columns } = premise;
  const isSame = ({ check }: QualityRule): boolean =>
    check.kind === 'unique' &&
    check.columns.length === columns.length &&
    columns.every((name) => check.columns.includes(name));
  if (kind !== 'unique' || rules.some(isSame)) return [];
  return [premiseExpectation(premise, uniqueness(columns, 'any_value_is_missing'))];
}

function premiseExpectation(
  { id, description }: PremiseCheck,
  said: Pick<Expectation, 'type' | 'kwargs'>,
): Expectation {
  return { ...said, severity: 'critical', meta: { rule: id, description } };
}

function uniqueness(
  columns: readonly string[],
  ignored: 'never' | 'any_value_is_missing',
): Pick<Expectation, 'type' | 'kwargs'> {
  return columns.length === 1
    ? { type: 'expect_column_values_to_be_unique', kwargs: { column: columns[0] } }
    : { type: 'expect_compound_columns_to_be_unique', kwargs: { column_list: columns, ignore_row_if: ignored } };
}

function isToldByRows({ kind }: RuleCheck): boolean {
  return ['references', 'condition', 'range', 'accepted_values', 'gaps'].includes(kind);
}

/** All rows pass, or all but the share that the check allows. */
function allTrue(column: string, check?: RuleCheck): Pick<Expectation, 'type' | 'kwargs'> {
  const mostly = check?.kind === 'references' && check.allowed !== undefined ? { mostly: 1 - check.allowed } : {};
  return { type: 'expect_column_values_to_be_in_set', kwargs: { column, value_set: [true], ...mostly } };
}

/** The runner puts in the least value: rows of a source come with dates as text. */
function newest({ column }: Extract<RuleCheck, { kind: 'freshness' }>): Said {
  return { type: 'expect_column_max_to_be_between', kwargs: { column } };
}

type TypedColumns = ProductFile['model']['columns'] | SourceTable['columns'];

function nativeOf(check: RuleCheck, columns: TypedColumns): Said {
  switch (check.kind) {
    case 'not_null': {
      const mostly = check.allowed === undefined ? {} : { mostly: 1 - check.allowed };
      return { type: 'expect_column_values_to_not_be_null', kwargs: { column: check.column, ...mostly } };
    }
    case 'mean':
      return {
        type: 'expect_column_mean_to_be_between',
        kwargs: { column: check.column, min_value: check.min, max_value: check.max },
      };
    case 'unique':
      return allDifferent(check.columns, columns);
    case 'accepted_values':
      if (typeOf(check.column, columns) !== 'text') return { missing: 'its values are no texts' };
      return { type: 'expect_column_values_to_be_in_set', kwargs: { column: check.column, value_set: check.values } };
    case 'row_count':
      return {
        type: 'expect_table_row_count_to_be_between',
        kwargs: { ...bound('min_value', check.min), ...bound('max_value', check.max) },
      };
    case 'range': {
      const type = typeOf(check.column, columns);
      const bounds = [check.min, check.max].map((text) => (text === null ? null : boundOf(text, type)));
      if (bounds.includes(undefined)) return { missing: 'its bounds cannot be written as a number or text of JSON' };
      const [min = null, max = null] = bounds;
      return {
        type: 'expect_column_values_to_be_between',
        kwargs: { column: check.column, ...bound('min_value', min), ...bound('max_value', max) },
      };
    }
    default:
      return { missing: `no expectation on pandas means the same as a rule of kind ${check.kind}` };
  }
}

function typeOf(name: string, columns: TypedColumns): string | undefined {
  return columns.find((column) => column.name === name)?.type.kind;
}

/** Nulls are equal to each other, which only the expectation of several columns sees: one that may be null is named twice. */
function allDifferent(keys: readonly string[], columns: TypedColumns): Said {
  const [alone] = keys.length === 1 ? keys : [];
  const isNullable = columns.some(({ name, nullable }) => name === alone && nullable);
  return uniqueness(alone !== undefined && isNullable ? [alone, alone] : keys, 'never');
}

/** The rule where the suite does not check it, and why. */
function unsaid({ id }: QualityRule, said: Said): Suite['meta']['rules_without_expectation'] {
  return 'missing' in said ? [{ rule: id, why: said.missing }] : [];
}

function bound(name: string, value: number | string | null): Readonly<Record<string, unknown>> {
  return value === null ? {} : { [name]: value };
}

/** The bound as JSON can hold it without loss; undefined where it cannot. */
function boundOf(text: string, type: string | undefined): number | string | undefined {
  if (type === 'text') return text;
  const isNumber = type === 'integer' || type === 'decimal' || type === 'double';
  return isNumber && /^-?\d{1,15}(\.\d+)?$/.test(text) && text.length <= 16 ? Number(text) : undefined;
}
