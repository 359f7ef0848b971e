import { dpbError } from '../support/errors.js';
import { type DataType, isNumeric, isTemporal, typeText } from './data-type.js';
import { requireMasked } from './masked-columns.js';
import { queriesOfPlan } from './plan-datasets.js';
import { planTables } from './plan-tables.js';
import type { TableShape } from './product.js';
import type { AggregateQuery, DetailQuery, Join, Query, SemanticPlan } from './query.js';
import { innerContext, sourceColumn, typesOfOutputs } from './query-typing.js';
import { columnsOf, expressionsOf } from './traverse.js';
import { unifiedType } from './type-rules.js';
import { type ResolveColumn, typeOfExpression } from './typing.js';
import { checkShape } from './well-formed.js';

/**
 * Checks a plan against its sources: it is well-formed, its datasets and columns exist, its types fit, also those of
 * filters, join keys and inner queries. Raises `plan.invalid` with the first problem, `access.masked` for a plan that shows what
 * it may only count and join by.
 */
export function checkPlan(plan: SemanticPlan, sources: readonly TableShape[]): void {
  checkShape(plan);
  for (const { name } of plan.datasets ?? []) {
    if (sources.some(({ dataset }) => dataset.toLowerCase() === name))
      throw dpbError('plan.invalid', { problem: `the plan makes a dataset "${name}", which is the name of a source` });
  }
  const tables = planTables(plan, sources);
  for (const query of queriesOfPlan(plan)) checkQuery(query, tables);
  requireMasked(plan, tables);
}

function checkQuery(query: Query, tables: readonly TableShape[]): void {
  if (query.kind !== 'set') checkSources(query, tables);
  const outputs = typesOfOutputs(query, tables);
  if (query.kind === 'set') return;
  const context = innerContext(tables);
  const resolve: ResolveColumn = (table, name) => ({
    type: sourceColumn(query, table, name, tables).type,
    nullable: true,
  });
  if (query.filter !== null) requireTruth(typeOfExpression(query.filter, resolve, context).type, 'a filter');
  if (query.kind !== 'aggregate') return;
  for (const { name, fill } of query.dimensions) {
    for (const bound of [fill?.from, fill?.to]) {
      if (bound === null || bound === undefined) continue;
      requireTime(typeOfExpression(bound, resolve, context).type, `a bound of the periods of "${name}"`);
    }
    const type = outputs.find((output) => output.name === name)?.type;
    if (fill !== null && fill !== undefined && type !== undefined)
      requireTime(type, `"${name}", whose periods are filled,`);
  }
  if (query.having === null) return;
  const output = (name: string) => {
    const found = outputs.find((candidate) => candidate.name === name);
    if (found === undefined)
      throw dpbError('plan.invalid', { problem: `having refers to "${name}", which is no output` });
    return found;
  };
  requireTruth(typeOfExpression(query.having, resolve, { ...context, output }).type, 'having');
}

function checkSources(query: AggregateQuery | DetailQuery, sources: readonly TableShape[]): void {
  for (const { dataset } of query.tables) {
    if (!sources.some((source) => source.dataset === dataset))
      throw dpbError('plan.invalid', { problem: `no dataset "${dataset}" among the sources` });
  }
  for (const { table, column } of expressionsOf(query).flatMap(columnsOf)) sourceColumn(query, table, column, sources);
  for (const join of query.joins) checkJoinTypes(join, query, sources);
}

function checkJoinTypes(join: Join, query: AggregateQuery | DetailQuery, sources: readonly TableShape[]): void {
  for (const pair of join.on) {
    const [from, to] = [
      sourceColumn(query, join.from, pair.from, sources).type,
      sourceColumn(query, join.to, pair.to, sources).type,
    ];
    try {
      unifiedType(from, to);
    } catch (cause) {
      throw dpbError(
        'plan.invalid',
        { problem: `the join from "${join.from}" to "${join.to}" compares ${typeText(from)} with ${typeText(to)}` },
        { cause },
      );
    }
  }
  const { during = null, weight = null } = join;
  const columnType = (id: string, name: string): DataType => sourceColumn(query, id, name, sources).type;
  if (weight !== null && !isNumeric(columnType(join.from, weight)))
    throw dpbError('plan.invalid', { problem: `the weight "${weight}" of the join to "${join.to}" is no number` });
  if (during === null) return;
  const times = [
    ...(during.at === null ? [] : [columnType(during.atTable ?? join.from, during.at)]),
    columnType(join.to, during.start),
    ...(during.end === null ? [] : [columnType(join.to, during.end)]),
  ];
  for (const type of times) requireTime(type, `the validity of the join to "${join.to}"`);
}

function requireTime(type: DataType, what: string): void {
  if (!isTemporal(type))
    throw dpbError('plan.invalid', { problem: `${what} must be a date or timestamp, not ${typeText(type)}` });
}

function requireTruth(type: ReturnType<typeof typeOfExpression>['type'], what: string): void {
  if (type.kind !== 'boolean')
    throw dpbError('plan.invalid', { problem: `${what} must be true or false, not ${typeText(type)}` });
}
