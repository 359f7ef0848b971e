import type {
  AggregateFunction,
  AggregateQuery,
  DetailColumn,
  DetailQuery,
  Dimension,
  Query,
  SemanticPlan,
  SetQuery,
} from '../../../../src/plan/query.js';
import { reachOf, shownNamesOf } from '../../../../src/plan/traverse.js';
import { aggregate, detailColumn, dimension, measure } from '../../../transformation/plan-builder.js';
import { ofGroups, ofMeasures, ofPeriods, ofSets } from './construct-names.js';
import { randomDatasets } from './dataset.js';
import { randomDimensions, randomEvery } from './dimension.js';
import { randomEnding } from './ending.js';
import { type Family, families, type Leaf, randomCondition, randomFilter, type Scope, varying } from './expression.js';
import { type Frame, randomFrame } from './frame.js';
import { type Groups, randomFold, randomMeasure } from './measure.js';
import { outputName } from './names.js';
import type { Random } from './random.js';
import type { RandomWorld } from './world.js';

/** A random plan over the world; it may be invalid or unsafe. */
export function randomPlan(world: RandomWorld, random: Random): SemanticPlan {
  const { datasets, seen } = randomDatasets(world, random, (known) => new QueryMaker(known, random).detail(1));
  return {
    version: 1,
    ...(datasets.length > 0 ? { datasets } : {}),
    query: new QueryMaker(seen, random).query(0),
    time: {
      zone: random.pick(['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia']),
      weekStart: random.pick(['monday', 'sunday']),
      fiscalYearStart: random.pick([1, 4, 7, 10, 2]),
    },
  };
}

class QueryMaker {
  readonly #world: RandomWorld;
  readonly #random: Random;

  constructor(world: RandomWorld, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  query(level: number): Query {
    return this.#random.weighted<Query>([
      [62, () => this.aggregate(level), ...ofGroups],
      [22, () => this.detail(level), 'detail', 'distinct'],
      [16, () => this.set(level), ...ofSets],
    ]);
  }

  /** A query that shows columns of these families, in this order. */
  showing(shown: readonly Family[], level: number): Query {
    if (level < 2 && this.#random.chance(12, 'union', 'intersect', 'except', 'all'))
      return this.setOf(() => this.showing(shown, level + 1));
    return this.#random.chance(60) ? this.detail(level, shown) : this.grouping(shown, level);
  }

  set(level: number): SetQuery {
    const random = this.#random;
    return random.weighted<SetQuery>([
      [60, () => this.setOf(this.alike(level + 1)), 'intersect', 'except', 'all', ...ofGroups, 'measures in a set'],
      [
        40,
        () => {
          const shown = Array.from({ length: random.between(1, 3) }, () => random.pick(families));
          return this.setOf(() => this.showing(shown, level + 1));
        },
      ],
    ]);
  }

  setOf(input: () => Query): SetQuery {
    const random = this.#random;
    const inputs = Array.from({ length: random.chance(75) ? 2 : 3 }, input);
    const [first] = inputs;
    const names = first === undefined ? [] : shownNamesOf(first);
    return {
      kind: 'set',
      operation: random.pick(['union', 'intersect', 'except'] as const, (operation) => [operation]),
      all: random.chance(50, 'all'),
      inputs,
      ...randomEnding(random, names),
    };
  }

  /** Queries that differ in nothing but which rows and groups they admit: sets of them have rows in common, and rows apart. */
  alike(level: number): () => Query {
    if (this.#random.chance(60, ...ofGroups, 'measures in a set')) {
      const { frame, dimensions, measures } = this.grouped(level);
      return () => this.aggregateOf(frame, dimensions, measures, level);
    }
    const { frame, columns } = this.rowsOf(level, null);
    return () => this.detailOf(frame, columns, level);
  }

  detail(level: number, shown: readonly Family[] | null = null): DetailQuery {
    const { frame, columns } = this.rowsOf(level, shown);
    return this.detailOf(frame, columns, level);
  }

  rowsOf(
    level: number,
    shown: readonly Family[] | null,
  ): { readonly frame: Frame; readonly columns: readonly DetailColumn[] } {
    const random = this.#random;
    const frame = randomFrame(this.#world, random, 1, level);
    const scope = this.scope(frame, frame.homes, level);
    const asked = shown ?? Array.from({ length: random.between(1, 4) }, () => random.pick(families));
    const hidden = shown === null && random.chance(15, 'hidden') ? [random.pick(families)] : [];
    const columns = [
      ...asked.map((family, at) => detailColumn(`c${at}`, varying(family, scope, 2))),
      ...hidden.map((family) => detailColumn('hidden', varying(family, scope, 1), false)),
    ];
    return { frame, columns };
  }

  detailOf(frame: Frame, columns: readonly DetailColumn[], level: number): DetailQuery {
    const random = this.#random;
    const scope = this.scope(frame, frame.homes, level);
    return {
      kind: 'detail',
      tables: frame.tables,
      joins: frame.joins,
      unmatched: random.chance(33, 'drop') ? 'drop' : 'keep',
      home: frame.homes[0] ?? '',
      columns,
      distinct: columns.every((column) => column.shown) && random.chance(30, 'distinct'),
      filter: random.chance(50, 'filter', 'implied match') ? randomFilter(scope, 2) : null,
      ...randomEnding(
        random,
        columns.map(({ name }) => name),
      ),
    };
  }

  /** An aggregate query that shows only dimensions of these families. */
  grouping(shown: readonly Family[], level: number): AggregateQuery {
    const random = this.#random;
    const frame = randomFrame(this.#world, this.#random, 1, level);
    const scope = this.scope(frame, frame.homes, level);
    const dimensions = shown.map((family, at) => dimension(`d${at}`, varying(family, scope, 1)));
    const counted = measure('m0', aggregate('count', frame.homes[0] ?? '', null), { shown: false });
    return this.aggregateOf(frame, dimensions, random.chance(70) ? [counted] : [], level);
  }

  aggregate(level: number): AggregateQuery {
    const { frame, dimensions, measures } = this.grouped(level);
    return this.aggregateOf(frame, dimensions, measures, level);
  }

  grouped(level: number): {
    readonly frame: Frame;
    readonly dimensions: readonly Dimension[];
    readonly measures: AggregateQuery['measures'];
  } {
    const random = this.#random;
    const isDrillAcross = random.chance(25, 'several homes', 'three homes', 'per home');
    const homes = isDrillAcross ? (random.chance(15, 'three homes') ? 3 : 2) : 1;
    const frame = randomFrame(this.#world, random, homes, level);
    const dimensions = randomDimensions(random, frame, (reaching) => this.scope(frame, reaching, level));
    const isAlone = dimensions.length > 0 && frame.homes.length === 1 && !random.chance(10, ...ofMeasures);
    const count = random.between(isAlone ? 0 : 1, 3);
    const measures = Array.from({ length: count }, (_, at) => {
      const depth = random.chance(45, ...ofPeriods, 'ratio', 'combine', 'share', 'rank') ? 2 : 0;
      return measure(outputName(random, 'measure', at), randomMeasure(this.#groups(frame, dimensions, level), depth), {
        shown: at === 0 || !random.chance(10, 'hidden'),
      });
    });
    // Each home is used, so that the query is over all of them.
    const used = frame.homes
      .slice(1)
      .map((home, at) => measure(`h${at}`, randomFold(home, this.#groups(frame, dimensions, level))));
    return { frame, dimensions, measures: [...measures, ...used] };
  }

  aggregateOf(
    frame: Frame,
    dimensions: readonly Dimension[],
    measures: AggregateQuery['measures'],
    level: number,
  ): AggregateQuery {
    const random = this.#random;
    const names = [...dimensions, ...measures].map(({ name }) => name);
    const conditions = frame.homes
      .filter(() => random.chance(45, 'filter', 'implied match'))
      .map((home) => randomFilter(this.scope(frame, [home], level), 2));
    const grouped = dimensions.some(({ expression }) => expression.kind !== 'literal');
    return {
      kind: 'aggregate',
      tables: frame.tables,
      joins: frame.joins,
      unmatched: random.chance(33, 'drop') ? 'drop' : 'keep',
      every: grouped && random.chance(18, 'every') ? randomEvery(random, frame, dimensions) : null,
      dimensions,
      measures,
      filter: conditions.length > 1 ? { kind: 'and', operands: conditions } : (conditions[0] ?? null),
      having: random.chance(16, 'having') ? randomCondition(this.outputs(dimensions, measures, level), 1) : null,
      ...randomEnding(random, names),
    };
  }

  #groups(frame: Frame, dimensions: readonly Dimension[], level: number): Groups {
    return {
      random: this.#random,
      homes: frame.homes,
      dimensions,
      scopeOf: (home) => this.scope(frame, [home], level),
    };
  }

  /** What rows of all these homes may name. */
  scope(frame: Frame, homes: readonly string[], level: number): Scope {
    const reached = frame.tables.filter(({ id }) => homes.every((home) => reachOf(home, frame.joins).has(id)));
    const leaves = reached.flatMap(({ id, dataset }) => this.columns(id, dataset));
    return { leaves, ...this.inner(level) };
  }

  outputs(dimensions: readonly Dimension[], measures: AggregateQuery['measures'], level: number): Scope {
    const leaves = [...dimensions, ...measures].flatMap(({ name }): readonly Leaf[] => [
      // What an output is, is known to the typing alone: those that do not fit make the plan invalid, and it is made anew.
      {
        expression: { kind: 'output', name },
        type:
          name.startsWith('m') || name.startsWith('h')
            ? { kind: 'integer', bits: 64 }
            : name === 'time'
              ? { kind: 'date' }
              : { kind: 'text' },
      },
    ]);
    return { leaves, ...this.inner(level) };
  }

  inner(level: number): Omit<Scope, 'leaves'> {
    return {
      random: this.#random,
      membersQuery: level >= 2 ? null : (shown) => this.showing(shown, level + 1),
      scalarQuery: level >= 2 ? null : (family) => this.scalar(family, level + 1),
    };
  }

  scalar(family: Family, level: number): Query {
    const random = this.#random;
    if (random.chance(40)) return { ...this.detail(level, [family]), limit: { count: 1, per: [], ties: 'cut' } };
    const frame = randomFrame(this.#world, this.#random, 1, level);
    const home = frame.homes[0] ?? '';
    const name = random.pick<AggregateFunction>(
      family === 'number' ? ['sum', 'avg', 'count', 'max', 'median'] : ['min', 'max'],
    );
    const argument = varying(family, this.scope(frame, [home], level), 0);
    return { ...this.aggregateOf(frame, [], [measure('m0', aggregate(name, home, argument))], level), having: null };
  }

  columns(id: string, dataset: string): readonly Leaf[] {
    const source = this.#world.tables.find((table) => table.source.dataset === dataset)?.source;
    return (source?.columns ?? []).map(({ name, type, unit = null, unitColumn = null }) => ({
      expression: { kind: 'column', table: id, column: name },
      type,
      constructs: [
        ...(unit === null ? [] : (['unit'] as const)),
        ...(unitColumn === null ? [] : (['unit by row'] as const)),
      ],
    }));
  }
}
