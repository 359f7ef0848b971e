import type { Catalog } from '../../catalog/catalog.js';
import { sourcesReadBy } from '../../plan/plan-datasets.js';
import type { SemanticPlan } from '../../plan/query.js';
import type { Assumption, Reading, WordTrace } from '../../plan/reading.js';
import type { Request } from '../../plan/run-state.js';
import { columnsOf, expressionsOf, queriesOf } from '../../plan/traverse.js';
import { echoOf } from '../echo.js';
import { unmatchedRows } from '../unmatched-rows.js';

/**
 * A model's plan as a reading. It has no score and no confidence of its own: what it is worth is measured, not claimed.
 * `others` are the deterministic readings, whose traces of words are kept where the plan uses what they name.
 */
export function modelReading(
  plan: SemanticPlan,
  stored: readonly string[],
  request: Request,
  others: readonly Reading[],
  catalog: Catalog,
): Reading {
  return {
    plan,
    echo: echoOf(plan.query),
    words: wordsOf(plan, request, others[0]?.words ?? []),
    assumptions: assumptionsOf(plan, request, stored, catalog),
    unresolved: [],
    score: 0,
    confidence: 0,
    result: null,
  };
}

function assumptionsOf(
  { query }: SemanticPlan,
  request: Request,
  stored: readonly string[],
  catalog: Catalog,
): readonly Assumption[] {
  return [
    {
      code: 'model_reading',
      text: 'The whole request was read by a language model; its reading was held to the catalog and to the data.',
    },
    ...(stored.length === 0
      ? []
      : [
          {
            code: 'stored_value',
            text: `Values are taken as they are stored: ${stored.map((value) => `"${value}"`).join(', ')}.`,
          },
        ]),
    ...unmatchedRows(query, request.unmatched, catalog),
  ];
}

/** Words that name what the plan uses are told as such; any other was read by the model, which does not say how. */
function wordsOf(plan: SemanticPlan, request: Request, traced: readonly WordTrace[]): readonly WordTrace[] {
  const names = namesUsed(plan);
  if (traced.length === 0) return [{ text: request.text, start: 0, end: request.text.length, ...readByModel }];
  return traced.map((word) => {
    const isUsed = word.kind === 'concept' && names.some((name) => `${word.meaning} `.includes(` ${name} `));
    return isUsed || word.kind === 'filler'
      ? word
      : { text: word.text, start: word.start, end: word.end, ...readByModel };
  });
}

const readByModel = {
  kind: 'language',
  meaning: 'read by the model as part of the whole',
  evidence: 'language model',
  score: 0.5,
} as const;

/** `orders`, `orders.status`: the datasets and columns of the plan, as traces name them. */
function namesUsed(plan: SemanticPlan): readonly string[] {
  const columns = queriesOf(plan.query).flatMap((query) => {
    if (query.kind === 'set') return [];
    const datasets = new Map(query.tables.map(({ id, dataset }) => [id, dataset]));
    return expressionsOf(query)
      .flatMap(columnsOf)
      .map(({ table, column }) => `${datasets.get(table) ?? ''}.${column}`);
  });
  return [...new Set([...sourcesReadBy(plan), ...columns])];
}
