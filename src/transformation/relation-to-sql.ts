import type { DataType } from '../plan/data-type.js';
import type { TableShape } from '../plan/product.js';
import type { Expression, Query } from '../plan/query.js';
import { innerContext } from '../plan/query-typing.js';
import type {
  InnerQuery,
  JoinPair,
  NamedExpression,
  PeriodBound,
  Relation,
  RelationalPlan,
  SortKey,
} from '../plan/relational.js';
import { conjunctsOf } from '../plan/traverse.js';
import { typeOfExpression } from '../plan/typing.js';
import {
  aggregate,
  binary,
  call,
  cast,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlJoin,
  type SqlQuery,
  type SqlQueryBody,
  type SqlRelation,
  type SqlSelect,
  type SqlSelectItem,
  type SqlSortKey,
  select,
} from '../sql/ast.js';
import { falseWhereNull, heldTrue } from '../sql/held-true.js';
import { intervalOf, type LoweringContext, lowerExpression } from '../sql/lower-expression.js';
import { hasInnerQuery, sqlColumnsOf } from '../sql/map-expression.js';
import { assertNever } from '../support/assert-never.js';
import { sameData } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import { aggregateSql } from './aggregate-sql.js';
import { type RelationScope, relationScope } from './relation-scope.js';
import { windowSql } from './window-sql.js';

/** What the SQL of a plan needs beside it. `comments` are the meanings of output columns, by name. */
export interface SqlOptions {
  /** Sources, and the tables that the plan makes. */
  readonly sources: readonly TableShape[];
  readonly asOf: SqlExpression;
  readonly comments: ReadonlyMap<string, string>;
}

/** The relational plan as one SELECT: a common table expression for each step, in order, then the result. */
export function relationalToSql(plan: RelationalPlan, options: SqlOptions): SqlQuery {
  const block = (relation: Relation, comments: ReadonlyMap<string, string>): SqlQueryBody =>
    new BlockBuilder(plan, { ...options, comments }).body(relation);
  return {
    with: plan.steps.map(({ name, note, relation }) => ({ name, note, query: block(relation, new Map()) })),
    body: block(plan.result, options.comments),
  };
}

/** Turns the relation of one step into one SELECT. Every relation that the passes make fits into one; others are bugs. */
class BlockBuilder {
  readonly #plan: RelationalPlan;
  readonly #options: SqlOptions;

  constructor(plan: RelationalPlan, options: SqlOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  body(relation: Relation): SqlQueryBody {
    switch (relation.kind) {
      case 'set': {
        const inputs = relation.inputs.map((input) => this.body(input));
        return { kind: 'set', operation: relation.operation, all: relation.all, inputs, orderBy: [], limit: null };
      }
      case 'limit':
        return { ...this.body(relation.input), limit: relation.count };
      case 'sort':
        return { ...this.body(relation.input), orderBy: this.#sortKeys(relation.keys, relation.input) };
      case 'project':
        return this.#project(relation);
      case 'aggregate':
        return this.#aggregate(relation);
      case 'periods':
        return this.#periods(relation);
      case 'scan':
      case 'read':
      case 'join':
      case 'filter':
        throw bug(`a step ends in ${relation.kind}: it has no named columns`);
      default:
        return assertNever(relation);
    }
  }

  #project(relation: Extract<Relation, { kind: 'project' }>): SqlSelect {
    const scope = this.#scope(relation.input);
    const context = this.#context(scope, [...relation.columns, ...relation.windows]);
    const items = relation.columns.map((named) => this.#item(named, context));
    const windows = relation.windows.map(
      (window): SqlSelectItem => ({ expression: windowSql(window, context), alias: window.name }),
    );
    return select([...items, ...windows], null, {
      ...this.#source(relation.input, context),
      distinct: relation.distinct,
    });
  }

  #aggregate(relation: Extract<Relation, { kind: 'aggregate' }>): SqlSelect {
    const context = this.#context(this.#scope(relation.input), [...relation.keys, ...relation.aggregates]);
    const keys = relation.keys.map((named) => this.#item(named, context));
    const aggregates = relation.aggregates.map(
      (named): SqlSelectItem => ({ expression: aggregateSql(named, context), alias: named.name }),
    );
    // A SELECT needs an item: one row that says nothing but that it is there.
    const items =
      keys.length + aggregates.length === 0
        ? [{ expression: integerLiteral(1), alias: 'one' }]
        : [...keys, ...aggregates];
    return select(items, null, {
      ...this.#source(relation.input, context),
      groupBy: keys.map((_key, position) => position + 1),
    });
  }

  /** The periods between two bounds; those that occur are folded over the step that has them. */
  #periods({ of, column: name, unit, type, from, before }: Extract<Relation, { kind: 'periods' }>): SqlSelect {
    const input: Relation | null = of === null ? null : { kind: 'read', step: of, alias: of };
    const scope = input === null ? null : this.#scope(input);
    const context = scope === null ? this.#constants() : this.#context(scope, []);
    const period = column(null, name);
    const step = intervalOf(1, unit);
    const bound = (given: PeriodBound, occurring: SqlExpression): SqlExpression => {
      if (given.kind === 'occurring') return occurring;
      const constant = lowerExpression(given.expression, context);
      return given.mayBeNull ? call('coalesce', constant, occurring) : constant;
    };
    const start = bound(from, aggregate('min', [period]));
    const end = bound(before, binary('+', aggregate('max', [period]), { kind: 'interval', ...step }));
    const series: SqlExpression = { kind: 'series', start, before: end, ...step, type };
    return select([{ expression: series, alias: name }], of === null ? null : tableOf(of));
  }

  /** For expressions that read no column. */
  #constants(): LoweringContext {
    const none: RelationScope = {
      isJoined: false,
      stepAlias: null,
      hasSourceColumn: () => false,
      columnType: () => {
        throw bug('a constant reads a column');
      },
      outputType: () => {
        throw bug('a constant reads an output');
      },
    };
    return this.#context(none, []);
  }

  #item({ name, expression, as }: NamedExpression, context: LoweringContext): SqlSelectItem {
    const lowered = lowerExpression(expression, context);
    const comment = this.#options.comments.get(name);
    const item = { expression: as === null ? lowered : cast(lowered, as), alias: name };
    return comment === undefined ? item : { ...item, comment };
  }

  /** FROM, joins and WHERE of what lies below the select list. */
  #source(relation: Relation, context: LoweringContext): Pick<SqlSelect, 'from' | 'joins' | 'where'> {
    const conditions: SqlExpression[] = [];
    const joins: SqlJoin[] = [];
    const memberships: SqlJoin[] = [];
    let rest = relation;
    while (rest.kind === 'filter' || rest.kind === 'join') {
      if (rest.kind === 'filter') {
        const held = conjunctsOf(rest.condition).map((condition) => this.#heldBy(condition, context));
        conditions.unshift(...held.flatMap((part) => ('on' in part ? [] : flatConjunction(part))));
        memberships.unshift(...held.flatMap((part) => ('on' in part ? [part] : [])));
        rest = rest.input;
      } else {
        joins.unshift({
          kind: rest.join,
          relation: leafSql(rest.right),
          on: rest.join === 'cross' ? null : joinCondition(rest, context),
        });
        rest = rest.left;
      }
    }
    return { from: leafSql(rest), joins: memberships.reduce(withMembership, joins), where: conjunction(conditions) };
  }

  /**
   * A condition that rows must hold as SQL. A membership is a join: engines keep all rows that EXISTS is asked of beside
   * the answers, which takes several times the memory.
   */
  #heldBy(condition: Expression, context: LoweringContext): SqlExpression | SqlJoin {
    if (condition.kind !== 'membership') return heldTrue(lowerExpression(condition, context));
    const keys = condition.keys.map((key) => lowerExpression(key, context));
    if (keys.some((key) => sqlColumnsOf(key).length === 0 || hasInnerQuery(key)))
      return lowerExpression(condition, context);
    const inner = this.#inner(condition.query);
    const { step, columns } = inner;
    const found = this.#plan.steps.find(({ name }) => name === step)?.columns ?? [];
    // Nulls equal nothing; engines that are told so find the few rows of a semi-join sooner.
    const present = columns.flatMap((name): readonly SqlExpression[] => {
      const isNullable = found.some((each) => each.name === name && each.nullable);
      return isNullable && !condition.negated ? [{ kind: 'is_null', operand: column(step, name), negated: true }] : [];
    });
    const on = conjunction([...equalTo(inner, keys), ...present]);
    return { kind: condition.negated ? 'anti' : 'semi', relation: tableOf(step), on };
  }

  #sortKeys(keys: readonly SortKey[], projection: Relation): readonly SqlSortKey[] {
    if (projection.kind !== 'project') throw bug('only projections are sorted');
    const context = this.#context(this.#scope(projection.input), [...projection.columns, ...projection.windows]);
    const shown = new Set([...projection.columns, ...projection.windows].map(({ name }) => name));
    return keys.map(({ expression, direction, nulls }) => {
      const isAlias = expression.kind === 'output' && shown.has(expression.name);
      return {
        expression: isAlias ? column(null, expression.name) : lowerExpression(expression, context),
        direction,
        nulls,
      };
    });
  }

  #scope(relation: Relation): RelationScope {
    return relationScope(relation, this.#options.sources, this.#plan.steps);
  }

  /** `outputs` are what the SELECT names its items. */
  #context(scope: RelationScope, outputs: readonly { readonly name: string }[]): LoweringContext {
    // Inside EXISTS a bare name would be looked up in the inner rows first, and in ORDER BY or HAVING it may be taken for
    // an output: where that could be another value, every name says whose it is.
    const isQualified =
      scope.isJoined || this.#plan.inner.length > 0 || outputs.some(({ name }) => scope.hasSourceColumn(name));
    const typeOf = (expression: Expression): DataType =>
      typeOfExpression(expression, (table, name) => ({ type: scope.columnType(table, name), nullable: true }), {
        output: (name) => ({ type: scope.outputType(name), nullable: true }),
        ...innerContext(this.#options.sources),
      }).type;
    return {
      time: this.#plan.time,
      column: (table, name) => column(isQualified ? (table === '' ? scope.stepAlias : table) : null, name),
      sourceType: (table, name) => (table === '' ? scope.outputType(name) : scope.columnType(table, name)),
      typeOf,
      asOf: this.#options.asOf,
      membership: (query, keys, negated) => membershipSql(this.#inner(query), keys, negated),
      scalarQuery: (query) => scalarSql(this.#inner(query)),
    };
  }

  #inner(query: Query): InnerQuery {
    const found = this.#plan.inner.find((entry) => sameData(entry.query, query));
    if (found === undefined) throw bug('an inner query was not lowered');
    return found;
  }
}

/** The join put as early as the tables are there whose columns it reads: the later joins then meet fewer rows. */
function withMembership(joins: readonly SqlJoin[], membership: SqlJoin): readonly SqlJoin[] {
  const read = membership.on === null ? [] : sqlColumnsOf(membership.on).map(({ table }) => table);
  const isOther = ({ kind }: SqlJoin): boolean => kind !== 'semi' && kind !== 'anti';
  const first = joins.findLastIndex((join) => isOther(join) && read.includes(join.relation.alias)) + 1;
  const others = joins.slice(first);
  const before = others.findIndex(isOther);
  const at = before === -1 ? joins.length : first + before;
  return [...joins.slice(0, at), membership, ...joins.slice(at)];
}

/** The truth of a membership as a value: never null, so that its negation is true of rows with a null key. */
function membershipSql(inner: InnerQuery, keys: readonly SqlExpression[], negated: boolean): SqlExpression {
  const { step, columns } = inner;
  const [key, ...others] = keys;
  if (key !== undefined && others.length === 0) {
    const [name = ''] = columns;
    const members = select([{ expression: column(step, name), alias: name }], tableOf(step));
    const held = falseWhereNull({ kind: 'in_query', operand: key, query: { with: [], body: members } });
    return negated ? { kind: 'not', operand: held } : held;
  }
  const body = select([{ expression: integerLiteral(1), alias: null }], tableOf(step), {
    where: conjunction(equalTo(inner, keys)),
  });
  return { kind: 'exists', query: { with: [], body }, negated };
}

function equalTo({ step, columns }: InnerQuery, keys: readonly SqlExpression[]): readonly SqlExpression[] {
  return keys.map((key, position) => binary('=', column(step, columns[position] ?? ''), key));
}

function scalarSql({ step, columns }: InnerQuery): SqlExpression {
  const items = columns.slice(0, 1).map((name): SqlSelectItem => ({ expression: column(step, name), alias: name }));
  return { kind: 'subquery', query: { with: [], body: select(items, tableOf(step)) } };
}

function joinCondition(
  { on, within }: Extract<Relation, { kind: 'join' }>,
  context: LoweringContext,
): SqlExpression | null {
  const equal = on.map(({ left, right, nullSafe }: JoinPair) =>
    binary(nullSafe ? 'is not distinct from' : '=', columnSql(left), columnSql(right)),
  );
  return conjunction(within === null ? equal : [...equal, ...flatConjunction(lowerExpression(within, context))]);
}

/** Join keys are compared as they are stored: two zoned timestamps are equal as instants. */
function columnSql(expression: Expression): SqlExpression {
  if (expression.kind !== 'column') throw bug('joins are on columns');
  return column(expression.table, expression.column);
}

function leafSql(relation: Relation): SqlRelation {
  if (relation.kind === 'scan') return { kind: 'table', schema: null, name: relation.dataset, alias: relation.alias };
  if (relation.kind === 'read') return { kind: 'table', schema: null, name: relation.step, alias: relation.alias };
  throw bug(`${relation.kind} below a join`);
}

function tableOf(step: string): SqlRelation {
  return { kind: 'table', schema: null, name: step, alias: step };
}

function flatConjunction(condition: SqlExpression): readonly SqlExpression[] {
  return condition.kind === 'logical' && condition.operator === 'and'
    ? condition.operands.flatMap(flatConjunction)
    : [condition];
}
