import { checkPlan } from '../../../../src/plan/check-plan.js';
import { withDatasetsRenamed } from '../../../../src/plan/map-query.js';
import { queriesOfPlan } from '../../../../src/plan/plan-datasets.js';
import type { Join, PlanDataset, Query, SemanticPlan } from '../../../../src/plan/query.js';
import { aggregatesOf, columnsOf, datasetOf, expressionsOf } from '../../../../src/plan/traverse.js';
import { validatePlan } from '../../../../src/plan/validate.js';
import type { Table } from '../../../../src/proof/naive/value.js';
import { attributesFollow } from './attributes.js';
import type { Construct } from './construct-names.js';
import { randomPlan } from './query.js';
import { Random } from './random.js';
import { type RandomWorld, randomWorld } from './world.js';

/** A plan with the world that it is over. */
export interface PlanInWorld {
  readonly plan: SemanticPlan;
  readonly world: RandomWorld;
}

/** `count` valid plans, ten to a world, of those that `isFit` takes; `wanted` constructs are made more often. */
export function plansFrom(
  seed: number,
  count: number,
  isFit: (plan: SemanticPlan, world: RandomWorld) => boolean,
  ...wanted: readonly Construct[]
): readonly PlanInWorld[] {
  const made: PlanInWorld[] = [];
  let world = randomWorld(new Random(seed));
  for (let at = 0; made.length < count && at < 400 * count; at += 1) {
    if (made.length % 10 === 0) world = randomWorld(new Random(seed + at));
    const plan = randomPlan(world, new Random(seed + 7919 * at, new Set(wanted)));
    if (isValid(plan, world) && isFit(plan, world)) made.push({ plan, world });
  }
  return made;
}

function isValid(plan: SemanticPlan, { tables }: RandomWorld): boolean {
  try {
    validatePlan(plan);
    checkPlan(
      plan,
      tables.map(({ source }) => source),
    );
    return attributesFollow(plan);
  } catch {
    return false;
  }
}

/**
 * How the plan reads a dataset: how often as rows of its own, and how often by joins that take its keys for
 * such: one may be both. */
export function usesOf(
  { datasets = [], ...plan }: SemanticPlan,
  dataset: string,
): { readonly own: number; readonly met: number } {
  const uses = queriesOfPlan({ datasets, ...plan }).flatMap((query) =>
    query.kind === 'set'
      ? []
      : query.tables
          .filter((table) => table.dataset === dataset)
          .map(({ id }) => ({
            isMet: query.joins.some((join) => isKeyOf(id, join)),
            isOwn: !query.joins.some(({ to }) => to === id) || isHome(query, id),
          })),
  );
  const prepared = datasets.filter((made) => made.kind === 'prepared' && made.from.includes(dataset));
  return {
    own: uses.filter(({ isOwn }) => isOwn).length + prepared.length,
    met: uses.filter(({ isMet }) => isMet).length,
  };
}

/** Whether the join takes the rows of the occurrence to be told apart by the columns that it meets. */
function isKeyOf(id: string, { from, to, cardinality }: Join): boolean {
  return to === id || (from === id && cardinality === 'one_to_one');
}

function isHome(query: Exclude<Query, { kind: 'set' }>, id: string): boolean {
  if (query.kind === 'detail') return query.home === id;
  // Measures may be folded where a join leads to.
  const homes = query.measures.flatMap(({ definition }) => aggregatesOf(definition)).map(({ home }) => home);
  return query.every === id || homes.includes(id);
}

/** Whether the plan joins a bridge by its weights: these are a source's alone. */
export function isWeighted(plan: SemanticPlan, dataset: string): boolean {
  return queriesOfPlan(plan).some(
    (query) =>
      query.kind !== 'set' &&
      query.joins.some(({ from, weight = null }) => weight !== null && datasetOf(query, from) === dataset),
  );
}

/** The plan with `datasets` made first, each dataset read under the name that `rename` gives. */
export function readingInstead(
  plan: SemanticPlan,
  made: readonly PlanDataset[],
  rename: (dataset: string) => string,
): SemanticPlan {
  const others = (plan.datasets ?? []).map(
    (dataset): PlanDataset =>
      dataset.kind === 'query'
        ? { ...dataset, query: withDatasetsRenamed(dataset.query, rename) }
        : { ...dataset, from: dataset.from.map(rename) },
  );
  return { ...plan, datasets: [...made, ...others], query: withDatasetsRenamed(plan.query, rename) };
}

/** All columns of a table as they are, out of one or several tables like it; one row of each key where there is one. */
export function preparedFrom(
  name: string,
  from: readonly string[],
  { source }: Table,
  key: readonly string[] | null,
): PlanDataset {
  return {
    kind: 'prepared',
    name,
    description: '',
    from,
    columns: source.columns.map((column) => ({ name: column.name, cast: null })),
    dedupe: key === null ? null : { key, latestBy: [] },
  };
}

/** Whether an expression of the plan reads a column of this name. */
export function readsColumn(plan: SemanticPlan, name: string): boolean {
  return queriesOfPlan(plan).some((query) =>
    expressionsOf(query)
      .flatMap(columnsOf)
      .some(({ column }) => column === name),
  );
}
