import { typeText } from '../plan/data-type.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { AggregateQuery, DetailQuery, Join, PlanDataset, Query, SemanticPlan } from '../plan/query.js';
import { datasetOf, shownNamesOf } from '../plan/traverse.js';
import { expressionWords, queryLogic } from './column-logic.js';

type Flat = AggregateQuery | DetailQuery;

/** Each join of the plan in words: by what tables meet, of a history which row, of a bridge which part. */
export function joinWords(plan: SemanticPlan): readonly string[] {
  const texts = queriesOfPlan(plan).flatMap((query) =>
    query.kind === 'set' ? [] : query.joins.map((join) => wordsOfJoin(join, query)),
  );
  return [...new Set(texts)];
}

function wordsOfJoin({ from, to, on, during, weight }: Join, query: Flat): string {
  const named = (id: string): string => {
    const dataset = datasetOf(query, id);
    return dataset === id ? id : `${id} (${dataset})`;
  };
  const keys = on.map((pair) => `${from}.${pair.from} = ${to}.${pair.to}`).join(' and ');
  const time = during?.at === null ? 'the as-of date' : `${during?.atTable ?? from}.${during?.at ?? ''}`;
  const end = during?.end === null ? 'the next start of the same key' : `${to}.${during?.end ?? ''}`;
  const inForce = during ? `, the row in force on ${time}: from ${to}.${during.start} to before ${end}` : '';
  const parts = weight ? `, of which each row of ${from} is the part ${from}.${weight}` : '';
  const unmatched = query.unmatched === 'keep' ? 'are kept' : 'are left out';
  return `${named(from)} to at most one row of ${named(to)} by ${keys}${inForce}${parts}; rows without one ${unmatched}`;
}

/** Each table that the plan makes on the way, in order, with what it holds. */
export function madeTableWords({
  datasets = [],
}: SemanticPlan): readonly { readonly name: string; readonly text: string }[] {
  return datasets.map((dataset) => ({ name: dataset.name, text: wordsOfMade(dataset) }));
}

function wordsOfMade(dataset: PlanDataset): string {
  const said = dataset.description === '' ? [] : [dataset.description];
  if (dataset.kind === 'query') return [...said, queryWords(dataset.query)].join('. ');
  const { from, columns, dedupe } = dataset;
  const casts = columns.flatMap(({ name, cast }) => {
    if (cast === null) return [];
    const otherwise = { error: 'or the build stops', null: 'or null', drop: 'or the row is left out' }[cast.onFailure];
    const written = cast.formats === undefined ? '' : ` (written ${cast.formats.join(' or ')})`;
    return [`${name} as ${typeText(cast.to)}${written}, ${otherwise}`];
  });
  return [
    ...(said.length > 0 && from.length === 1
      ? said
      : [...said, `Rows of ${from.join(' and ')}${from.length > 1 ? ', one under the other' : ''}`]),
    ...casts,
    ...(dedupe === null
      ? []
      : [
          `Of each ${dedupe.key.join(', ')} only the row with the greatest ${dedupe.latestBy.join(', ')} stays; rows without a whole key all stay`,
        ]),
  ].join('. ');
}

/** What a query shows and of which rows. */
function queryWords(query: Query): string {
  if (query.kind === 'set') {
    const joint = { union: ' or ', intersect: ' and also ', except: ' but not ' }[query.operation];
    return query.inputs.map((input) => `(${queryWords(input)})`).join(joint);
  }
  const columns = shownNamesOf(query).map((name) => `${name} = ${queryLogic(query, name) ?? name}`);
  const parts = [
    columns.join(', '),
    ...(query.kind === 'detail' ? [`for each row of ${query.home}`] : []),
    ...(query.filter === null ? [] : [`where ${expressionWords(query.filter)}`]),
    ...(query.kind === 'aggregate' && query.having !== null
      ? [`keeping groups where ${expressionWords(query.having)}`]
      : []),
  ];
  return parts.join(', ');
}
