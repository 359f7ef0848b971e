import type { Join, TableOccurrence } from '../../../../src/plan/query.js';
import type { Random } from './random.js';
import type { RandomWorld, Reference } from './world.js';

/** Occurrences with the joins between them, and the tables that rows are counted in. */
export interface Frame {
  readonly tables: readonly TableOccurrence[];
  readonly joins: readonly Join[];
  readonly homes: readonly string[];
}

/** One or two homes with tables that they reach; the second home shares a table with the first. */
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
    joins.push({ from, to: toId, on, cardinality, during, weight });
  };
  const first = add(random.pick(weighted));
  const steps = random.between(0, level === 0 ? 4 : 2);
  for (let step = 0; step < steps; step += 1) {
    const from = random.pick(tables);
    const ways = world.references.filter(({ from: dataset }) => dataset === from.dataset);
    if (ways.length > 0) {
      const way = random.pick(ways);
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
  const way = random.pick(ways);
  const second = add(way.from);
  follow(second, way, meeting.id);
  return { tables, joins, homes: [first, second] };
}
