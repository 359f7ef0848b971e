import type { KnowledgeGraph } from '../../catalog/catalog.js';
import { readTableOf } from '../../catalog/source-table.js';
import { answerObject } from '../../llm/answer-object.js';
import { checkPlan } from '../../plan/check-plan.js';
import type { Query, SemanticPlan } from '../../plan/query.js';
import type { Request } from '../../plan/run-state.js';
import { columnsOf, expressionsOf, nodesOf, queriesOf } from '../../plan/traverse.js';
import { validatePlan } from '../../plan/validate.js';
import { DpbError } from '../../support/errors.js';
import type { CatalogSlice } from './catalog-slice.js';
import { completedQuery, joinFits } from './complete-answer.js';
import { groundLiterals } from './literals.js';

/** What a model's answer is found to be. */
export type Judged =
  | { readonly kind: 'plan'; readonly plan: SemanticPlan; readonly stored: readonly string[] }
  /** It says that the request names something which is not there, or gives no reading. */
  | { readonly kind: 'none'; readonly missing: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** Larger plans than any that people ask for are not looked at. */
const queriesMax = 12;
const tablesMax = 16;
const nodesMax = 600;
const missingMax = 8;

/**
 * Judges an answer as if an enemy had written it: its form by the schema of plans, its names by what was shown, its joins by
 * what was measured, its texts by request and data, its types. What passes is a plan that a person could have asked for.
 */
export async function judgeAnswer(
  text: string,
  request: Request,
  slice: CatalogSlice,
  graph: KnowledgeGraph,
): Promise<Judged> {
  const answer = answerObject(text);
  if (answer === null) return problem('It is not one JSON object of the form {"reading": …, "missing": […]}.');
  const missing = Array.isArray(answer.missing)
    ? answer.missing.filter((word) => typeof word === 'string' && request.text.includes(word)).slice(0, missingMax)
    : [];
  if (answer.reading === null || answer.reading === undefined || missing.length > 0) return { kind: 'none', missing };
  try {
    const filling = { unmatched: request.unmatched, relationships: slice.relationships };
    const query = completedQuery(answer.reading, filling);
    const plan = validatePlan({ version: 1, query, time: request.time });
    const unfit = unfitOf(plan.query, slice);
    if (unfit !== null) return problem(unfit);
    checkPlan(plan, graph.catalog.datasets.map(readTableOf));
    const grounded = await groundLiterals(plan.query, request.text, graph);
    if ('unknown' in grounded)
      return problem(
        `The text ${JSON.stringify(grounded.unknown)} is neither in the request nor a value of the column.`,
      );
    return { kind: 'plan', plan: { ...plan, query: grounded.query }, stored: grounded.stored };
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.errorClass !== 'bug') return problem(thrown.message);
    throw thrown;
  }
}

function problem(text: string): Judged {
  return { kind: 'problem', problem: text };
}

/** Why the query uses something that it may not; null where all of it was shown. */
function unfitOf(query: Query, slice: CatalogSlice): string | null {
  const queries = queriesOf(query);
  const tables = queries.flatMap((inner) => (inner.kind === 'set' ? [] : inner.tables));
  const nodes = queries.flatMap(expressionsOf).flatMap(nodesOf);
  if (queries.length > queriesMax || tables.length > tablesMax || nodes.length > nodesMax)
    return 'The query is larger than any that is meant.';
  const unknown = tables.find(({ dataset }) => !slice.columns.has(dataset));
  if (unknown !== undefined) return `There is no dataset ${JSON.stringify(unknown.dataset)} in the catalog.`;
  const torn = tables.find(({ id, dataset }) => tables.some((other) => other.id === id && other.dataset !== dataset));
  if (torn !== undefined) return `The id "${torn.id}" stands for two datasets: use one id for one.`;
  return columnsUnfit(queries, slice) ?? joinsUnfit(queries, slice);
}

function columnsUnfit(queries: readonly Query[], slice: CatalogSlice): string | null {
  for (const query of queries) {
    if (query.kind === 'set') continue;
    for (const { table, column } of expressionsOf(query).flatMap(columnsOf)) {
      const dataset = query.tables.find(({ id }) => id === table)?.dataset ?? '';
      if (slice.columns.get(dataset)?.has(column) !== true)
        return `The dataset "${dataset}" of the catalog has no column ${JSON.stringify(column)}.`;
    }
  }
  return null;
}

function joinsUnfit(queries: readonly Query[], slice: CatalogSlice): string | null {
  for (const query of queries) {
    if (query.kind === 'set') continue;
    const datasets = new Map(query.tables.map(({ id, dataset }) => [id, dataset]));
    const unknown = query.joins.find(
      (join) => !slice.relationships.some((relationship) => joinFits(join, relationship, datasets)),
    );
    if (unknown !== undefined)
      return `The join from "${unknown.from}" to "${unknown.to}" is not one of the catalog, in its direction and on its columns.`;
  }
  return null;
}
