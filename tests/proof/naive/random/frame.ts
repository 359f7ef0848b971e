import { isTemporal } from '../../../../src/plan/data-type.js';
import type { Join, TableOccurrence, Validity } from '../../../../src/plan/query.js';
import { reachOf } from '../../../../src/plan/traverse.js';
import { type Construct, ofJoins, ofPreparation } from './construct-names.js';
import type { Random } from './random.js';
import type { RandomWorld, Reference } from './world.js';

/** Occurrences with the joins between them, and the tables that rows are counted in. */
export interface Frame {
  readonly tables: readonly TableOccurrence[];
  readonly joins: readonly Join[];
  readonly homes: readonly string[];
}

/** Homes with tables that they reach; all share a table with the first, which may end up as the only one. */
export function randomFrame(world: RandomWorld, random: Random, homes: number, level: number): Frame {
  const names = world.tables.map(({ source }) => source.dataset);
  const weighted = [
    ...names,
    '"sales"',
    '"sales"',
    '"sales"',
    '"sales"',
    'visits',
    'visits',
    'bridge',
    'extras',
    'extras',
    ...world.made.flatMap((name) => [name, name, name, name, name]),
  ];
  const tables: TableOccurrence[] = [];
  const joins: Join[] = [];
  const add = (dataset: string): string => {
    const id = `t${tables.length}`;
    tables.push({ id, dataset });
    return id;
  };
  const follow = (from: string, { on, cardinality, during = null, weight = null }: Reference, toId: string): void => {
    joins.push({ from, to: toId, on, cardinality, during: during && timed(from, during), weight });
  };
  /** At times the row in force is that on a date of another table, which the row leads to. */
  const timed = (from: string, during: Validity): Validity => {
    if (during.at === null || !random.chance(35)) return during;
    // A copy, for what is reached is remembered by the list of joins.
    const times = [...reachOf(from, [...joins]).keys()].flatMap((id) => {
      const dataset = tables.find((table) => table.id === id)?.dataset;
      const columns = world.tables.find(({ source }) => source.dataset === dataset)?.source.columns ?? [];
      return id === from ? [] : columns.filter(({ type }) => isTemporal(type)).map(({ name }) => ({ id, name }));
    });
    if (times.length === 0) return during;
    const { id, name } = random.pick(times);
    return { ...during, at: name, atTable: id };
  };
  const first = add(random.pick(weighted, (dataset) => constructsFrom(world, dataset)));
  const steps = random.between(
    random.chance(5, ...ofJoins, 'deduped history', 'deduped bridge') ? 1 : 0,
    level === 0 ? 4 : 2,
  );
  for (let step = 0; step < steps; step += 1) {
    const from = random.pick(tables);
    const ways = world.references.filter(({ from: dataset }) => dataset === from.dataset);
    if (ways.length > 0) {
      const way = random.pick(ways, (found) => constructsOfWay(found, world));
      follow(from.id, way, add(way.to));
    }
  }
  if (homes === 1) {
    const other = random.chance(8) ? random.pick(tables).id : first;
    return { tables, joins, homes: [other] };
  }
  const meeting = random.pick(tables);
  const ways = world.references.filter(({ to }) => to === meeting.dataset);
  if (ways.length === 0) return { tables, joins, homes: [first] };
  const others = Array.from({ length: homes - 1 }, () => {
    const way = random.pick(ways, (found) => constructsOfWay(found, world));
    const other = add(way.from);
    follow(other, way, meeting.id);
    return other;
  });
  return { tables, joins, homes: [first, ...others] };
}

/** What following the reference makes, of what few references do. */
function constructsOfWay(
  { from, to, on, cardinality, during = null, weight = null }: Reference,
  { made }: RandomWorld,
): readonly Construct[] {
  return [
    ...(weight === null ? [] : (['weight', 'bridge'] as const)),
    ...(during === null ? [] : (['during'] as const)),
    ...(during === null || !(made.includes(from) || made.includes(to)) ? [] : (['deduped history'] as const)),
    ...(cardinality === 'one_to_one' ? (['one to one'] as const) : []),
    ...(on.length > 1 ? (['composite key'] as const) : []),
    ...(from === to ? (['self reference', 'roles'] as const) : []),
  ];
}

/** What starting from the dataset makes, or may lead to. */
function constructsFrom(world: RandomWorld, dataset: string): readonly Construct[] {
  if (world.made.includes(dataset)) return ['table of the plan', ...ofPreparation];
  return world.references.filter(({ from }) => from === dataset).flatMap((way) => constructsOfWay(way, world));
}
