import type { Catalog } from '../catalog/catalog.js';
import type { Expression, Query } from '../plan/query.js';
import { datasetOf, expressionsOf, homeDatasetsOf, nodesOf, queriesOf } from '../plan/traverse.js';
import type { PassedOver } from './accounted.js';
import { columnOf } from './otherwise.js';
import type { Token } from './tokens.js';
import { pastForms, verbForms } from './words/verbs.js';

const having: ReadonlySet<string> = new Set(['have', 'has', 'had', 'having', 'with']);
const being: ReadonlySet<string> = new Set(['is', 'are', 'was', 'were', 'been', 'be']);

/**
 * `who sold only used cars`, `whose cars are all sold`: said of rows of another thing, of which the plan asks that there are some
 * such rows and not that there are no others.
 */
export function lostQuantifiers(tokens: readonly Token[], query: Query): readonly PassedOver[] {
  const nodes = queriesOf(query).flatMap(expressionsOf).flatMap(nodesOf);
  const some = nodes.some((node) => node.kind === 'membership' && !node.negated);
  if (!some || nodes.some((node) => node.kind === 'membership' && node.negated)) return [];
  return tokens.flatMap(({ lower }, place) => {
    const before = tokens[place - 1];
    if (before === undefined || place === tokens.length - 1) return [];
    const verb = having.has(before.lower) || verbForms.has(before.lower) || pastForms.has(before.lower);
    const only = lower === 'only' && (verb || before.lower.endsWith('ed'));
    if (!only && !(lower === 'all' && being.has(before.lower))) return [];
    return [{ text: `"${lower}" is read as some: that there are no others is not asked.`, doubtful: true }];
  });
}

/** A key of what is counted or listed itself that is asked to be missing: no row lacks it, so that something else was meant. */
export function missingKeys(query: Query, catalog: Catalog): readonly PassedOver[] {
  return queriesOf(query).flatMap((inner) => {
    if (inner.kind === 'set') return [];
    const homes = homeDatasetsOf(inner);
    return expressionsOf(inner)
      .flatMap(nodesOf)
      .flatMap((node) => {
        if (node.kind !== 'is_null' || node.negated || node.operand.kind !== 'column') return [];
        const { table, column } = node.operand;
        const dataset = datasetOf(inner, table);
        const found = columnOf(catalog, dataset, column);
        if (found?.role !== 'identifier' || found.profile.nulls > 0 || !homes.includes(dataset)) return [];
        return [{ text: `${dataset}.${column} is asked to be missing, and no row lacks it.`, doubtful: true }];
      });
  });
}

/** `not sold by phone`: of a column that some rows lack a value in, these are left out as well; each as a sentence. */
export function nullsLeftOut(query: Query, catalog: Catalog): readonly string[] {
  const texts = queriesOf(query).flatMap((inner) => {
    if (inner.kind === 'set') return [];
    return expressionsOf(inner)
      .flatMap(nodesOf)
      .flatMap((node) => {
        const operand = deniedOperand(node);
        if (operand?.kind !== 'column') return [];
        const dataset = datasetOf(inner, operand.table);
        const nulls = columnOf(catalog, dataset, operand.column)?.profile.nulls ?? 0;
        return nulls === 0
          ? []
          : [
              `Rows of ${dataset} without a value in ${operand.column} (${nulls}) are left out too: nothing says what they are.`,
            ];
      });
  });
  return [...new Set(texts)];
}

/** What a node denies a value of; null for other nodes. */
function deniedOperand(node: Expression): Expression | null {
  if (node.kind === 'not') {
    const inner = node.operand;
    return inner.kind === 'comparison' && inner.operator === 'eq'
      ? inner.left
      : inner.kind === 'in'
        ? inner.operand
        : null;
  }
  if (node.kind === 'comparison' && node.operator === 'ne') return node.left;
  return node.kind === 'in' && node.negated ? node.operand : null;
}
