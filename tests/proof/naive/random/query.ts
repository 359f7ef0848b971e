import type {
  AggregateFunction,
  AggregateMeasure,
  AggregateQuery,
  DetailQuery,
  Dimension,
  MeasureDefinition,
  Query,
  SemanticPlan,
  SetQuery,
  Snapshot,
} from '../../../../src/plan/query.js';
import { reachOf, shownNamesOf } from '../../../../src/plan/traverse.js';
import { aggregate, detailColumn, dimension, measure } from '../../../transformation/plan-builder.js';
import { randomDatasets } from './dataset.js';
import { randomDimensions, randomEvery } from './dimension.js';
import { randomEnding } from './ending.js';
import {
  type Family,
  families,
  familyOf,
  type Leaf,
  randomCondition,
  randomFilter,
  type Scope,
  timeUnits,
  varying,
} from './expression.js';
import { type Frame, randomFrame } from './frame.js';
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
      [62, () => this.aggregate(level)],
      [22, () => this.detail(level)],
      [16, () => this.set(level)],
    ]);
  }

  /** A query that shows columns of these families, in this order. */
  showing(shown: readonly Family[], level: number): Query {
    if (level < 2 && this.#random.chance(12)) return this.setOf(() => this.showing(shown, level + 1), level);
    return this.#random.chance(60) ? this.detail(level, shown) : this.grouping(shown, level);
  }

  set(level: number): SetQuery {
    const shown = Array.from({ length: this.#random.between(1, 3) }, () => this.#random.pick(families));
    return this.setOf(() => this.showing(shown, level + 1), level);
  }

  setOf(input: () => Query, _level: number): SetQuery {
    const inputs = Array.from({ length: this.#random.chance(75) ? 2 : 3 }, input);
    const random = this.#random;
    const [first] = inputs;
    const names = first === undefined ? [] : shownNamesOf(first);
    return {
      kind: 'set',
      operation: this.#random.pick(['union', 'intersect', 'except']),
      all: this.#random.chance(50),
      inputs,
      ...randomEnding(random, names),
    };
  }

  detail(level: number, shown: readonly Family[] | null = null): DetailQuery {
    const random = this.#random;
    const frame = randomFrame(this.#world, this.#random, 1, level);
    const home = frame.homes[0] ?? '';
    const scope = this.scope(frame, [home], level);
    const asked = shown ?? Array.from({ length: random.between(1, 4) }, () => random.pick(families));
    const hidden = shown === null && random.chance(15) ? [random.pick(families)] : [];
    const columns = [
      ...asked.map((family, at) => detailColumn(`c${at}`, varying(family, scope, 2))),
      ...hidden.map((family) => detailColumn('hidden', varying(family, scope, 1), false)),
    ];
    return {
      kind: 'detail',
      tables: frame.tables,
      joins: frame.joins,
      unmatched: random.pick(['keep', 'keep', 'drop']),
      home,
      columns,
      distinct: hidden.length === 0 && random.chance(30),
      filter: random.chance(50) ? randomFilter(scope, 2) : null,
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
    const random = this.#random;
    const frame = randomFrame(this.#world, this.#random, random.chance(25) ? 2 : 1, level);
    const dimensions = randomDimensions(random, frame, (homes) => this.scope(frame, homes, level));
    const count = random.between(dimensions.length > 0 && frame.homes.length === 1 ? 0 : 1, 3);
    const measures = Array.from({ length: count }, (_, at) =>
      measure(outputName(random, 'measure', at), this.measure(frame, dimensions, level, random.chance(45) ? 2 : 0), {
        shown: at === 0 || random.chance(90),
      }),
    );
    // Each home is used, so that the query is over all of them.
    const used = frame.homes.slice(1).map((home, at) => measure(`h${at}`, this.fold(home, frame, level)));
    return this.aggregateOf(frame, dimensions, [...measures, ...used], level);
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
      .filter(() => random.chance(45))
      .map((home) => randomFilter(this.scope(frame, [home], level), 2));
    const grouped = dimensions.some(({ expression }) => expression.kind !== 'literal');
    return {
      kind: 'aggregate',
      tables: frame.tables,
      joins: frame.joins,
      unmatched: random.pick(['keep', 'keep', 'drop']),
      every: grouped && random.chance(18) ? randomEvery(random, frame, dimensions) : null,
      dimensions,
      measures,
      filter: conditions.length > 1 ? { kind: 'and', operands: conditions } : (conditions[0] ?? null),
      having: random.chance(16) ? randomCondition(this.outputs(dimensions, measures, level), 1) : null,
      ...randomEnding(random, names),
    };
  }

  measure(frame: Frame, dimensions: readonly Dimension[], level: number, depth: number): MeasureDefinition {
    const random = this.#random;
    const of = (): MeasureDefinition => this.measure(frame, dimensions, level, depth - 1);
    const home = random.pick(frame.homes);
    if (depth <= 0) return this.fold(home, frame, level);
    const total = (): MeasureDefinition => this.additive(home, frame, level);
    const keys = dimensions.filter(({ role }) => role === 'key').map(({ name }) => name);
    const within = (): readonly string[] => random.some(keys, 2);
    const time = keys.includes('time') ? 'time' : null;
    const timed: readonly (readonly [number, () => MeasureDefinition])[] =
      time === null
        ? []
        : [
            [
              14,
              () => ({
                kind: 'change',
                of: of(),
                time,
                against: random.pick(['previous_period', 'same_period_last_year']),
                as: random.pick(['difference', 'rate', 'percent']),
              }),
            ],
            [10, () => ({ kind: 'running_total', of: total(), time })],
            [
              12,
              () => {
                const as = random.pick(['sum', 'avg'] as const);
                return { kind: 'rolling', of: as === 'sum' ? total() : of(), time, periods: random.between(1, 4), as };
              },
            ],
            [10, () => ({ kind: 'period_to_date', of: total(), time, unit: random.pick(timeUnits.slice(3)) })],
          ];
    return random.weighted<MeasureDefinition>([
      ...timed,
      [10, () => ({ kind: 'ratio', numerator: of(), denominator: of(), factor: random.pick([1, 100]) })],
      [
        10,
        () => ({
          kind: 'combine',
          operator: random.pick(['add', 'subtract', 'multiply']),
          left: of(),
          right: random.chance(40) ? { kind: 'constant', value: random.pick(['2', '0.5', '-1']) } : of(),
        }),
      ],
      [8, () => ({ kind: 'share', of: total(), within: within(), factor: random.pick([1, 100]) })],
      [10, () => ({ kind: 'rank', of: of(), within: within(), descending: random.chance(60) })],
    ]);
  }

  additive(home: string, frame: Frame, level: number): MeasureDefinition {
    const random = this.#random;
    if (random.chance(3)) return this.fold(home, frame, level);
    return random.weighted<MeasureDefinition>([
      [5, () => this.fold(home, frame, level, 'sum')],
      [4, () => this.fold(home, frame, level, 'count')],
      [
        1,
        () => ({
          kind: 'combine',
          operator: random.pick(['add', 'subtract']),
          left: this.fold(home, frame, level, 'sum'),
          right: this.fold(random.pick(frame.homes), frame, level, 'count'),
        }),
      ],
      [
        1,
        () => ({
          kind: 'combine',
          operator: 'multiply',
          left: this.fold(home, frame, level, 'sum'),
          right: { kind: 'constant', value: '100' },
        }),
      ],
    ]);
  }

  fold(home: string, frame: Frame, level: number, asked: AggregateFunction | null = null): AggregateMeasure {
    const random = this.#random;
    const scope = this.scope(frame, [home], level);
    const name =
      asked ??
      random.pick<AggregateFunction>([
        'sum',
        'sum',
        'avg',
        'min',
        'max',
        'count',
        'count_distinct',
        'median',
        'percentile',
        'stddev',
        'first',
        'last',
      ]);
    const filter = random.chance(22) ? randomCondition(scope, 1) : null;
    const moments = scope.leaves.filter(({ type }) => familyOf(type) === 'time');
    const snapshot = moments.length > 0 && asked === null && random.chance(9) ? this.snapshot(scope, moments) : null;
    if (name === 'count' && random.chance(70)) return aggregate('count', home, null, { filter, snapshot });
    const anyFamily = ['min', 'max', 'count', 'count_distinct', 'first', 'last'].includes(name) && asked === null;
    const argument = varying(
      anyFamily ? random.pick(['number', 'number', ...families]) : 'number',
      scope,
      random.chance(35) ? 2 : 0,
    );
    return aggregate(name, home, argument, {
      filter,
      snapshot,
      fraction: name === 'percentile' ? random.pick([0, 0.25, 0.9, 1]) : null,
      orderedBy:
        name === 'first' || name === 'last' ? varying(random.pick(['time', 'number', 'text']), scope, 0) : null,
    });
  }

  snapshot(scope: Scope, moments: readonly Leaf[]): Snapshot {
    const random = this.#random;
    const per = random.chance(60) ? [varying(random.pick(families), scope, 0)] : [];
    return { take: random.pick(['first', 'last']), by: random.pick(moments).expression, per };
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
    return (source?.columns ?? []).map(({ name, type }) => ({
      expression: { kind: 'column', table: id, column: name },
      type,
    }));
  }
}
