import { dpbError } from '../support/errors.js';
import { typeText } from './data-type.js';
import type { SourceTable } from './product.js';
import type { AggregateQuery, DetailQuery, Join, SemanticPlan } from './query.js';
import { innerContext, sourceColumn, typesOfOutputs } from './query-typing.js';
import { columnsOf, expressionsOf, queriesOf } from './traverse.js';
import { unifiedType } from './type-rules.js';
import { type ResolveColumn, typeOfExpression } from './typing.js';
import { checkShape } from './well-formed.js';

/**
 * Checks a plan against its sources: it is well-formed, its datasets and columns exist, its types fit, also those of
 * filters, join keys and inner queries. Raises `plan.invalid` with the first problem.
 */
export function checkPlan(plan: SemanticPlan, sources: readonly SourceTable[]): void {
  checkShape(plan);
  for (const query of queriesOf(plan.query)) {
    if (query.kind !== 'set') checkSources(query, sources);
    const outputs = typesOfOutputs(query, sources);
    if (query.kind === 'set') continue;
    const resolve: ResolveColumn = (table, name) => ({
      type: sourceColumn(query, table, name, sources).type,
      nullable: true,
    });
    if (query.filter !== null)
      requireTruth(typeOfExpression(query.filter, resolve, innerContext(sources)).type, 'a filter');
    if (query.kind !== 'aggregate' || query.having === null) continue;
    const output = (name: string) => {
      const found = outputs.find((candidate) => candidate.name === name);
      if (found === undefined)
        throw dpbError('plan.invalid', { problem: `having refers to "${name}", which is no output` });
      return found;
    };
    requireTruth(typeOfExpression(query.having, resolve, { ...innerContext(sources), output }).type, 'having');
  }
}

function checkSources(query: AggregateQuery | DetailQuery, sources: readonly SourceTable[]): void {
  for (const { dataset } of query.tables) {
    if (!sources.some((source) => source.dataset === dataset))
      throw dpbError('plan.invalid', { problem: `no dataset "${dataset}" among the sources` });
  }
  for (const { table, column } of expressionsOf(query).flatMap(columnsOf)) sourceColumn(query, table, column, sources);
  for (const join of query.joins) checkJoinTypes(join, query, sources);
}

function checkJoinTypes(join: Join, query: AggregateQuery | DetailQuery, sources: readonly SourceTable[]): void {
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
}

function requireTruth(type: ReturnType<typeof typeOfExpression>['type'], what: string): void {
  if (type.kind !== 'boolean')
    throw dpbError('plan.invalid', { problem: `${what} must be true or false, not ${typeText(type)}` });
}
