import type { DataType } from '../plan/data-type.js';
import type { Expression, Query, Validity } from '../plan/query.js';
import { resolverFor, sourceColumn, typeOfScalar } from '../plan/query-typing.js';
import {
  columnsOf,
  conjunctsOf,
  datasetOf,
  mapExpression,
  nodesOf,
  occurrencesOf,
  type ReachStep,
  reachOf,
} from '../plan/traverse.js';
import { type Typed, typeOfExpression } from '../plan/typing.js';
import { binary, call, column, conjunction, type SqlExpression, type SqlRelation, select } from '../sql/ast.js';
import { type LoweringContext, lowerExpression } from '../sql/lower-expression.js';
import { existsRow, type ProofContext, queryOf } from './proof-context.js';

/**
 * Which rows of a home a query admits, said without a join: conditions on other tables become semi-joins (EXISTS), values
 * of other tables scalar subqueries. Neither can repeat a row, whatever the keys are, so a total over the admitted rows
 * is an independent witness against a join that multiplies.
 */
export class HomeRows {
  readonly home: string;
  readonly dataset: string;
  readonly #query: Exclude<Query, { kind: 'set' }>;
  readonly #context: ProofContext;
  readonly #reach: ReadonlyMap<string, readonly ReachStep[]>;

  constructor(home: string, query: Exclude<Query, { kind: 'set' }>, context: ProofContext) {
    this.home = home;
    this.#query = query;
    this.#context = context;
    this.#reach = reachOf(home, query.joins);
    this.dataset = datasetOf(query, home);
  }

  /** The home as a relation, named by its occurrence. */
  get relation(): SqlRelation {
    return { kind: 'table', schema: null, name: this.dataset, alias: this.home };
  }

  /** The conjuncts of the filter that speak of tables this home reaches, in order. */
  get conjuncts(): readonly Expression[] {
    return conjunctsOf(this.#query.filter).filter((condition) => this.reaches(condition));
  }

  /** The conjuncts of the filter that rows of this home cannot be tested on, in order. */
  get foreignConjuncts(): readonly Expression[] {
    return conjunctsOf(this.#query.filter).filter((condition) => !this.reaches(condition));
  }

  /** Whether all columns of `expression` belong to one partner at most of each row. */
  reaches(expression: Expression): boolean {
    return occurrencesOf(expression).every((id) => this.#reach.has(id));
  }

  /** Joins that a row must find a partner in, nearest first; none where unmatched rows are kept. */
  get required(): readonly ReachStep[] {
    return this.#query.unmatched === 'keep' ? [] : this.#stepsTo([...this.#reach.keys()]);
  }

  /** True where the row finds a partner in `step`, which includes all steps on the way there. */
  finds(step: ReachStep): SqlExpression {
    return this.#exists(this.#stepsTo([step.to]), null);
  }

  /** True where `condition` holds for the row and, for columns of other tables, their partner is there; else false. */
  holds(condition: Expression): SqlExpression {
    const steps = this.#stepsTo(occurrencesOf(condition));
    const truth = this.plain(condition);
    return steps.length === 0 ? call('coalesce', truth, falsehood) : this.#exists(steps, truth);
  }

  /** The value of `expression` for the row; the columns of a partner that is missing are null. */
  value(expression: Expression): SqlExpression {
    return this.#valueBy(expression, this.#stepsTo(occurrencesOf(expression)));
  }

  /** All that a row must meet to be admitted; null for nothing. */
  get admitted(): SqlExpression | null {
    return conjunction([
      ...this.conjuncts.map((condition) => this.holds(condition)),
      ...this.required.map((step) => this.finds(step)),
    ]);
  }

  /** The expression in this home's own scope, without any nesting: for reading, not for running. */
  plain(expression: Expression): SqlExpression {
    return lowerExpression(expression, this.#lowering());
  }

  type(expression: Expression): DataType {
    const { tables } = this.#context;
    const typeOfInner = (query: Query): Typed => typeOfScalar(query, tables);
    return typeOfExpression(expression, resolverFor(this.#query, this.home, tables), { query: typeOfInner }).type;
  }

  /** Looks the value up step by step; what can be a value without a partner is also computed with nulls in its place. */
  #valueBy(expression: Expression, steps: readonly ReachStep[]): SqlExpression {
    const [step, ...rest] = steps;
    if (step === undefined) return this.plain(expression);
    const matched = this.#lookup(step, this.#valueBy(expression, rest));
    if (!toleratesNull(expression)) return matched;
    const beyond = new Set([
      step.to,
      ...rest.filter((later) => this.#leadsThrough(step.to, later)).map(({ to }) => to),
    ]);
    const without = mapExpression(expression, (node) =>
      node.kind === 'column' && beyond.has(node.table) ? this.#nullOf(node) : node,
    );
    const others = rest.filter(({ to }) => !beyond.has(to));
    return {
      kind: 'case',
      branches: [{ when: this.#exists([step], null), then: matched }],
      otherwise: this.#valueBy(without, others),
    };
  }

  #nullOf(node: Extract<Expression, { kind: 'column' }>): Expression {
    return {
      kind: 'cast',
      operand: { kind: 'literal', literal: { type: 'null' } },
      to: this.type(node),
      onFailure: 'error',
    };
  }

  #leadsThrough(occurrence: string, step: ReachStep): boolean {
    return (this.#reach.get(step.to) ?? []).some(({ to }) => to === occurrence);
  }

  #exists(steps: readonly ReachStep[], inner: SqlExpression | null): SqlExpression {
    const [step, ...rest] = steps;
    if (step === undefined) return inner ?? { kind: 'literal', literal: { type: 'boolean', value: true } };
    const deeper = rest.length > 0 ? this.#exists(rest, inner) : inner;
    return existsRow(this.#partner(step), [...this.#keysOf(step), ...(deeper === null ? [] : [deeper])]);
  }

  #lookup(step: ReachStep, inner: SqlExpression): SqlExpression {
    const body = select([{ expression: inner, alias: 'value' }], this.#partner(step), {
      where: conjunction(this.#keysOf(step)),
    });
    return { kind: 'subquery', query: queryOf(body) };
  }

  #partner(step: ReachStep): SqlRelation {
    return { kind: 'table', schema: null, name: datasetOf(this.#query, step.to), alias: step.to };
  }

  #keysOf(step: ReachStep): readonly SqlExpression[] {
    const keys = step.on.map(({ from, to }) => binary('=', column(step.from, from), column(step.to, to)));
    return step.join.during ? [...keys, ...this.#inForce(step, step.join.during)] : keys;
  }

  /** That the row of a history is in force: begun, and not ended, or without a later one that has begun. */
  #inForce(step: ReachStep, { at, atTable, start, end }: Validity): readonly SqlExpression[] {
    const time: Expression =
      at === null ? { kind: 'as_of' } : { kind: 'column', table: atTable ?? step.from, column: at };
    const begun = (table: string): Expression => ({
      kind: 'comparison',
      operator: 'le',
      left: { kind: 'column', table, column: start },
      right: time,
    });
    const isOpen = (column: string): SqlExpression => this.plain(isNull({ kind: 'column', table: step.to, column }));
    const either = (...operands: readonly SqlExpression[]): SqlExpression => ({
      kind: 'logical',
      operator: 'or',
      operands,
    });
    const dated = at === null ? [] : [{ kind: 'not', operand: this.plain(isNull(time)) } as const];
    const started = either(isOpen(start), this.plain(begun(step.to)));
    if (end !== null) {
      const ending: Expression = { kind: 'column', table: step.to, column: end };
      const lasting = this.plain({ kind: 'comparison', operator: 'lt', left: time, right: ending });
      return [...dated, started, either(isOpen(end), lasting)];
    }
    const later = 'dpb later';
    const stored = column(later, start);
    const same = step.on.map(({ to }) => binary('=', column(later, to), column(step.to, to)));
    const isLater = either(isOpen(start), binary('>', stored, column(step.to, start)));
    const hasBegun = binary('<=', stored, this.plain(time));
    const rows: SqlRelation = { kind: 'table', schema: null, name: datasetOf(this.#query, step.to), alias: later };
    return [...dated, started, existsRow(rows, [...same, isLater, hasBegun], true)];
  }

  /** The steps to all of `occurrences` and those on the way, each once, nearest first. */
  #stepsTo(occurrences: readonly string[]): readonly ReachStep[] {
    const wanted = new Set(occurrences.flatMap((id) => (this.#reach.get(id) ?? []).map(({ to }) => to)));
    return [...this.#reach.values()].flatMap((path) => path.slice(-1)).filter(({ to }) => wanted.has(to));
  }

  #lowering(): LoweringContext {
    const { asOf, file, inner, tables } = this.#context;
    return {
      time: file.plan.time,
      column: (table, name) => column(table, name),
      typeOf: (expression) => this.type(expression),
      sourceType: (table, name) => sourceColumn(this.#query, table, name, tables).type,
      asOf: { kind: 'literal', literal: { type: 'date', value: asOf } },
      membership: (query, keys, negated) => memberOf(inner(query), keys, negated),
      scalarQuery: (query) => singleValueOf(inner(query)),
    };
  }
}

function isNull(operand: Expression): Expression {
  return { kind: 'is_null', operand, negated: false };
}

const falsehood: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: false } };
const memberAlias = 'dpb member';

function memberOf(
  rows: { readonly name: string; readonly columns: readonly string[] },
  keys: readonly SqlExpression[],
  negated: boolean,
): SqlExpression {
  const from: SqlRelation = { kind: 'table', schema: null, name: rows.name, alias: memberAlias };
  const same = keys.map((key, index) => binary('=', column(memberAlias, rows.columns[index] ?? ''), key));
  return existsRow(from, same, negated);
}

function singleValueOf(rows: { readonly name: string; readonly columns: readonly string[] }): SqlExpression {
  const from: SqlRelation = { kind: 'table', schema: null, name: rows.name, alias: memberAlias };
  return {
    kind: 'subquery',
    query: queryOf(select([{ expression: column(memberAlias, rows.columns[0] ?? ''), alias: 'value' }], from)),
  };
}

/** Kinds that make null of null, so that a condition or value of them needs a partner. */
const strictKinds: ReadonlySet<Expression['kind']> = new Set([
  'column',
  'literal',
  'arithmetic',
  'negate',
  'comparison',
  'and',
  'not',
  'in',
  'between',
  'like',
  'time_truncate',
  'time_part',
  'time_add',
  'as_of',
]);

function toleratesNull(expression: Expression): boolean {
  if (columnsOf(expression).length === 0) return false;
  return !nodesOf(expression).every(
    (node) => strictKinds.has(node.kind) || (node.kind === 'cast' && node.onFailure === 'error'),
  );
}
