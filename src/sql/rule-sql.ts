import type { DataType } from '../plan/data-type.js';
import type { QualityRule, RuleCheck } from '../plan/product.js';
import type { Expression, TimeSettings } from '../plan/query.js';
import { typeOfExpression } from '../plan/typing.js';
import { assertNever } from '../support/assert-never.js';
import { dpbError } from '../support/errors.js';
import type { IsoDate } from '../support/iso-date.js';
import {
  aggregate,
  binary,
  call,
  cast,
  column,
  integerLiteral,
  type SqlExpression,
  type SqlQuery,
  type SqlQueryBody,
  type SqlSelect,
  type SqlWith,
  select,
  textLiteral,
} from './ast.js';
import type { SqlDialect } from './dialect.js';
import { duckdbDialect } from './dialect-duckdb.js';
import { type LoweringContext, lowerExpression } from './lower-expression.js';
import { printSql } from './print.js';
import { boundOf } from './rule-bound.js';

/** What a rule's SQL must know of the relation that it looks at. */
export interface RuleContext {
  /** The columns of the relation: gold columns or source columns. */
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[];
  readonly time: TimeSettings;
  /** Null for the parameter `$as_of`. */
  readonly asOf: IsoDate | null;
  /** Adds a row of this id that counts the rows which fail any rule about single rows; left out by default. */
  readonly anyRowRuleId?: string;
  /** DuckDB's by default. */
  readonly dialect?: SqlDialect;
}

/** The occurrence id that conditions use for the row they are about. */
export const rowAlias = 'row';
const bigint: DataType = { kind: 'integer', bits: 64 };

/**
 * One SELECT over `relation` (a table or view name, quoted here) that gives for each rule `rule_id`, `checked_rows` (the
 * rows of the relation) and `failing_rows`; all rules about single rows share one scan. The rules must be about this one
 * relation. Null where there are no rules. Raises `input.invalid` for a column or bound that does not fit the relation.
 */
export function ruleCountsSql(rules: readonly QualityRule[], relation: string, context: RuleContext): string | null {
  if (rules.length === 0) return null;
  const names = stepNames(
    rules.map(({ check }) => check),
    relation,
  );
  const counts = rules.map((rule, index) => countOf(rule.check, relation, `${names.step}_${index}`, context));
  const items = counts.map(({ inMain }, index) => ({
    expression: inMain ?? integerLiteral(0),
    alias: `failing_${index}`,
  }));
  // What a model proposed says nothing of how good the rows are.
  const anyRow = anyFailure(
    rules.filter(({ origin }) => origin !== 'model'),
    context,
  );
  const scanned = select(
    [
      { expression: aggregate('count', [{ kind: 'star' }]), alias: 'checked' },
      ...items.filter((_item, index) => counts[index]?.inMain !== null),
      ...(context.anyRowRuleId === undefined ? [] : [{ expression: anyRow, alias: 'failing_any' }]),
    ],
    { kind: 'table', schema: null, name: relation, alias: rowAlias },
  );
  const withSteps: readonly SqlWith[] = [
    { name: names.scan, note: null, query: scanned },
    ...counts.flatMap(({ step }) => (step === null ? [] : [step])),
  ];
  const lines = [
    ...rules.map(({ id }, index) => resultLine(id, names.scan, counts[index]?.step ?? null, `failing_${index}`)),
    ...(context.anyRowRuleId === undefined ? [] : [resultLine(context.anyRowRuleId, names.scan, null, 'failing_any')]),
  ];
  return printSql({ with: withSteps, body: unionAll(lines) }, context.dialect ?? duckdbDialect);
}

/** One SELECT of one row and column, the number of rows of `relation` that fail the rule: for contracts. */
export function failingRowsSql({ check }: QualityRule, relation: string, context: RuleContext): string {
  return print(failingRows(check, relation, context));
}

/** The same before it is text. */
export function failingRows(check: RuleCheck, relation: string, context: RuleContext): SqlQueryBody {
  const failure = rowFailure(check, context);
  const from = { kind: 'table', schema: null, name: relation, alias: rowAlias } as const;
  const counted = aggregate('count', [{ kind: 'star' }]);
  if (failure !== null) return select([{ expression: counted, alias: 'failing_rows' }], from, { where: failure });
  const { inMain, step } = countOf(check, relation, stepNames([check], relation).step, context);
  if (step !== null) return renamed(step.query, 'failing_rows');
  return select([{ expression: inMain ?? integerLiteral(0), alias: 'failing_rows' }], from);
}

function print(body: SqlQueryBody): string {
  return printSql({ with: [], body }, duckdbDialect);
}

function renamed(body: SqlQueryBody, alias: string): SqlQueryBody {
  return body.kind === 'select'
    ? { ...body, items: body.items.map(({ expression }) => ({ expression, alias })) }
    : body;
}

/** Names of steps that are no relation of the rules, in any case: a step of the same name would hide it. */
function stepNames(checks: readonly RuleCheck[], relation: string): { readonly scan: string; readonly step: string } {
  const others = checks.flatMap((check) => (check.kind === 'references' ? [check.toDataset] : []));
  const taken = [relation, ...others].map((name) => name.toLowerCase());
  let prefix = 'rule';
  while (taken.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return { scan: `${prefix}_scan`, step: `${prefix}_step` };
}

interface Count {
  /** An aggregate of the shared scan; null where the rule needs a step of its own. */
  readonly inMain: SqlExpression | null;
  readonly step: SqlWith | null;
}

function countOf(check: RuleCheck, relation: string, stepName: string, context: RuleContext): Count {
  switch (check.kind) {
    case 'unique':
      return {
        inMain: null,
        step: { name: stepName, note: null, query: duplicateRows(check.columns, relation, context) },
      };
    case 'references':
      return { inMain: null, step: { name: stepName, note: null, query: orphanRows(check, relation, context) } };
    case 'row_count':
      return { inMain: missingOrSurplus(check), step: null };
    case 'freshness':
      return { inMain: staleness(check, context), step: null };
    case 'mean':
      return { inMain: meanOutside(check, context), step: null };
    case 'gaps':
      return { inMain: emptyPeriods(check, context), step: null };
    default: {
      const failing = aggregate('count', [{ kind: 'star' }], { filter: brokenBy(check, context) });
      return { inMain: beyondAllowed(failing, check.kind === 'not_null' ? check.allowed : undefined), step: null };
    }
  }
}

/** What is true of a row that fails; null for rules that are not about single rows of one relation. */
function rowFailure(check: RuleCheck, context: RuleContext): SqlExpression | null {
  return check.kind === 'not_null' && check.allowed !== undefined ? null : brokenBy(check, context);
}

/** What is true of a row that speaks against the rule; null where single rows do not. Nulls pass all but `not_null`. */
export function brokenBy(check: RuleCheck, context: RuleContext): SqlExpression | null {
  switch (check.kind) {
    case 'not_null':
      return { kind: 'is_null', operand: columnOf(check.column, context).value, negated: false };
    case 'accepted_values': {
      const { value, type } = columnOf(check.column, context);
      const text = cast(value, { kind: 'text' }, type);
      return { kind: 'in', operand: text, values: check.values.map(textLiteral), negated: true };
    }
    case 'range': {
      const { value, type } = columnOf(check.column, context);
      const below = check.min === null ? [] : [binary('<', value, boundOf(check.min, type, check.column))];
      const above = check.max === null ? [] : [binary('>', value, boundOf(check.max, type, check.column))];
      return {
        kind: 'logical',
        operator: 'or',
        operands: [...below, ...above, ...(below.length + above.length === 0 ? [falsehood] : [])],
      };
    }
    case 'condition':
      return { kind: 'not', operand: lowerExpression(check.condition, loweringOf(context)) };
    case 'unique':
    case 'references':
    case 'row_count':
    case 'freshness':
    case 'mean':
    case 'gaps':
      return null;
    default:
      return assertNever(check);
  }
}

const falsehood: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: false } };

function anyFailure(rules: readonly QualityRule[], context: RuleContext): SqlExpression {
  const failures = rules.map(({ check }) => rowFailure(check, context)).filter((failure) => failure !== null);
  return aggregate('count', [{ kind: 'star' }], {
    filter: { kind: 'logical', operator: 'or', operands: [...failures, falsehood] },
  });
}

/** Rows that share their key with another row. Nulls are equal to each other: a null in the grain is a member of its own. */
function duplicateRows(columns: readonly string[], relation: string, context: RuleContext): SqlSelect {
  const keys = columns.map((name) => columnOf(name, context).value);
  const rows = aggregate('count', [{ kind: 'star' }]);
  const groups: SqlQuery = {
    with: [],
    body: select(
      [{ expression: rows, alias: 'rows_of_key' }],
      { kind: 'table', schema: null, name: relation, alias: rowAlias },
      {
        groupBy: keys,
        having: binary('>', rows, integerLiteral(1)),
      },
    ),
  };
  const total = call('coalesce', aggregate('sum', [column(null, 'rows_of_key')]), integerLiteral(0));
  return select([{ expression: cast(total, bigint), alias: 'failing' }], {
    kind: 'derived',
    query: groups,
    alias: 'duplicates',
  });
}

/** Rows whose key has no null and no partner. */
function orphanRows(
  check: Extract<RuleCheck, { kind: 'references' }>,
  relation: string,
  context: RuleContext,
): SqlSelect {
  const pairs = check.columns.map((name, index) => ({
    value: columnOf(name, context).value,
    to: check.toColumns[index],
  }));
  const matches = pairs.map(({ value, to }) => {
    if (to === undefined) throw invalid(check.toDataset, 'a reference needs as many columns on both sides');
    return binary('=', column('target', to), value);
  });
  const known = pairs.map(({ value }): SqlExpression => ({ kind: 'is_null', operand: value, negated: true }));
  const alone: SqlExpression = { kind: 'is_null', operand: column('target', check.toColumns[0] ?? ''), negated: false };
  const isOrphan: SqlExpression = { kind: 'logical', operator: 'and', operands: [...known, alone] };
  const all = aggregate('count', [{ kind: 'star' }]);
  const orphans = check.allowed === undefined ? all : { ...all, filter: isOrphan };
  return select(
    [{ expression: beyondAllowed(orphans, check.allowed), alias: 'failing' }],
    { kind: 'table', schema: null, name: relation, alias: rowAlias },
    {
      // A row without partner comes out of a left join once, however often keys of the other side repeat.
      joins: [
        {
          kind: 'left',
          relation: { kind: 'table', schema: null, name: check.toDataset, alias: 'target' },
          on: { kind: 'logical', operator: 'and', operands: matches },
        },
      ],
      where: check.allowed === undefined ? isOrphan : null,
    },
  );
}

/** How many rows there are too few or too many. */
function missingOrSurplus({ min, max }: Extract<RuleCheck, { kind: 'row_count' }>): SqlExpression {
  const rows = aggregate('count', [{ kind: 'star' }]);
  const missing = min === null ? [] : [binary('-', integerLiteral(min), rows)];
  const surplus = max === null ? [] : [binary('-', rows, integerLiteral(max))];
  // Without bounds `rows - rows` keeps it an aggregate, so that it stands in the shared scan like the others.
  return call('greatest', ...missing, ...surplus, integerLiteral(0), binary('-', rows, rows));
}

const million = 1_000_000;

/** The failing rows where they are more than the allowed share of all, else none; counted in millionths, so that engines agree. */
function beyondAllowed(failing: SqlExpression, allowed: number | undefined): SqlExpression {
  if (allowed === undefined) return failing;
  const rows = aggregate('count', [{ kind: 'star' }]);
  const most = binary('*', rows, integerLiteral(Math.round(allowed * million)));
  const isTooMany = binary('>', binary('*', failing, integerLiteral(million)), most);
  return { kind: 'case', branches: [{ when: isTooMany, then: failing }], otherwise: integerLiteral(0) };
}

/** 1 where the mean lies outside of the bounds, else 0: also where there are no values. */
function meanOutside(check: Extract<RuleCheck, { kind: 'mean' }>, context: RuleContext): SqlExpression {
  const mean = aggregate('avg', [cast(columnOf(check.column, context).value, { kind: 'double' })]);
  const bound = (value: number): SqlExpression => ({ kind: 'literal', literal: { type: 'double', value } });
  const isOutside: SqlExpression = {
    kind: 'logical',
    operator: 'or',
    operands: [binary('<', mean, bound(check.min)), binary('>', mean, bound(check.max))],
  };
  return { kind: 'case', branches: [{ when: isOutside, then: integerLiteral(1) }], otherwise: integerLiteral(0) };
}

/** How many periods between the first and the last have no row. */
function emptyPeriods(
  { column: name, unit }: Extract<RuleCheck, { kind: 'gaps' }>,
  context: RuleContext,
): SqlExpression {
  columnOf(name, context);
  const operand: Expression = { kind: 'column', table: rowAlias, column: name };
  const period = lowerExpression({ kind: 'time_truncate', unit, operand }, loweringOf(context));
  const days = call('date_diff', textLiteral('day'), aggregate('min', [period]), aggregate('max', [period]));
  const filled = aggregate('count', [period], { distinct: true });
  // Multiplied, not divided: engines divide whole numbers differently.
  const daysOfFilled = binary('*', binary('-', filled, integerLiteral(1)), integerLiteral(unit === 'week' ? 7 : 1));
  return cast(call('coalesce', binary('-', days, daysOfFilled), integerLiteral(0)), bigint);
}

/** 1 where the newest row is older than allowed, or there is none; else 0. */
function staleness(check: Extract<RuleCheck, { kind: 'freshness' }>, context: RuleContext): SqlExpression {
  const isStale = binary('>', ageOf(check.column, context), integerLiteral(Math.floor(check.maxAgeDays)));
  return cast(call('coalesce', isStale, { kind: 'literal', literal: { type: 'boolean', value: true } }), bigint);
}

/** A column of the relation and its type. */
export function columnOf(
  name: string,
  context: RuleContext,
): { readonly value: SqlExpression; readonly type: DataType } {
  const found = context.columns.find((candidate) => candidate.name === name);
  if (!found) throw invalid(name, 'no such column');
  return {
    value: lowerExpression({ kind: 'column', table: rowAlias, column: name }, loweringOf(context)),
    type: found.type,
  };
}

function loweringOf(context: RuleContext): LoweringContext {
  const typed = (name: string): RuleContext['columns'][number] => {
    const found = context.columns.find((candidate) => candidate.name === name);
    if (!found) throw invalid(name, 'no such column');
    return found;
  };
  const noInnerQuery = (): never => {
    throw invalid('condition', 'a rule looks at single rows and cannot hold a query');
  };
  return {
    time: context.time,
    column: (_table, name) => column(rowAlias, typed(name).name),
    typeOf: (expression: Expression) => typeOfExpression(expression, (_table, name) => typed(name)).type,
    sourceType: (_table, name) => typed(name).type,
    asOf: asOfOf(context),
    membership: noInnerQuery,
    scalarQuery: noInnerQuery,
  };
}

function asOfOf({ asOf }: RuleContext): SqlExpression {
  return asOf === null
    ? { kind: 'parameter', name: 'as_of', type: { kind: 'date' } }
    : { kind: 'literal', literal: { type: 'date', value: asOf } };
}

function invalid(name: string, problem: string): Error {
  return dpbError('input.invalid', { what: `quality rule on ${name}`, problem });
}

function resultLine(ruleId: string, scan: string, step: SqlWith | null, failing: string): SqlSelect {
  const value: SqlExpression =
    step === null
      ? column(null, failing)
      : {
          kind: 'subquery',
          query: {
            with: [],
            body: select([{ expression: column(null, 'failing'), alias: null }], {
              kind: 'table',
              schema: null,
              name: step.name,
              alias: step.name,
            }),
          },
        };
  return select(
    [
      { expression: textLiteral(ruleId), alias: 'rule_id' },
      { expression: column(null, 'checked'), alias: 'checked_rows' },
      { expression: cast(value, bigint), alias: 'failing_rows' },
    ],
    { kind: 'table', schema: null, name: scan, alias: scan },
  );
}

function unionAll(lines: readonly SqlSelect[]): SqlQueryBody {
  const [first, ...others] = lines;
  if (first !== undefined && others.length === 0) return first;
  return { kind: 'set', operation: 'union', all: true, inputs: lines, orderBy: [], limit: null };
}

/** One SELECT of one row: `age_days`, the days from the newest date in the column to the as-of date; null where there is none. */
export function ageInDaysSql(relation: string, columnName: string, context: RuleContext): string {
  const from = { kind: 'table', schema: null, name: relation, alias: rowAlias } as const;
  return print(select([{ expression: ageOf(columnName, context), alias: 'age_days' }], from));
}

function ageOf(columnName: string, context: RuleContext): SqlExpression {
  const newest = aggregate('max', [cast(columnOf(columnName, context).value, { kind: 'date' })]);
  return call('date_diff', textLiteral('day'), newest, asOfOf(context));
}
