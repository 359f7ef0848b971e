import type {
  AggregateFunction,
  AggregateMeasure,
  Dimension,
  MeasureDefinition,
  Snapshot,
} from '../../../../src/plan/query.js';
import { aggregate } from '../../../transformation/plan-builder.js';
import { type Construct, timeUnits } from './construct-names.js';
import { families, familyOf, type Leaf, randomCondition, type Scope, varying } from './expression.js';
import type { Random } from './random.js';

/** What measures are made over: homes, the dimensions of the groups, and what rows of a home may name. */
export interface Groups {
  readonly random: Random;
  readonly homes: readonly string[];
  readonly dimensions: readonly Dimension[];
  readonly scopeOf: (home: string) => Scope;
}

/** A measure over the groups, made of others `depth` deep. */
export function randomMeasure(groups: Groups, depth: number): MeasureDefinition {
  const { random, homes, dimensions } = groups;
  const of = (): MeasureDefinition => randomMeasure(groups, depth - 1);
  const home = random.pick(homes);
  if (depth <= 0) return randomFold(home, groups);
  const total = (): MeasureDefinition => additive(home, groups);
  const keys = dimensions.filter(({ role }) => role === 'key').map(({ name }) => name);
  const within = (): readonly string[] => random.some(keys, 2);
  const time = keys.includes('time') ? 'time' : null;
  const timed: readonly (readonly [number, () => MeasureDefinition, ...Construct[]])[] =
    time === null
      ? []
      : [
          [
            14,
            () => ({
              kind: 'change',
              of: of(),
              time,
              against: random.pick(['previous_period', 'same_period_last_year'] as const, (against) => [
                against === 'previous_period' ? 'previous period' : 'last year',
              ]),
              as: random.pick(['difference', 'rate', 'percent']),
            }),
            'change',
            'previous period',
            'last year',
          ],
          [10, () => ({ kind: 'running_total', of: total(), time }), 'running_total'],
          [
            12,
            () => {
              const as = random.chance(50, 'rolling avg') ? 'avg' : 'sum';
              return { kind: 'rolling', of: as === 'sum' ? total() : of(), time, periods: random.between(1, 4), as };
            },
            'rolling',
            'rolling avg',
          ],
          [
            10,
            () => ({ kind: 'period_to_date', of: total(), time, unit: random.pick(timeUnits.slice(3)) }),
            'period_to_date',
          ],
        ];
  return random.weighted<MeasureDefinition>([
    ...timed,
    [10, () => ({ kind: 'ratio', numerator: of(), denominator: of(), factor: random.pick([1, 100]) }), 'ratio'],
    [
      10,
      () => ({
        kind: 'combine',
        operator: random.pick(['add', 'subtract', 'multiply']),
        left: of(),
        right: random.chance(40, 'constant') ? { kind: 'constant', value: random.pick(['2', '0.5', '-1']) } : of(),
      }),
      'combine',
      'constant',
    ],
    [
      8,
      () => ({ kind: 'share', of: total(), within: within(), factor: random.pick([1, 100]) }),
      'share',
      'share of group',
    ],
    [10, () => ({ kind: 'rank', of: of(), within: within(), descending: random.chance(60) }), 'rank', 'rank in group'],
  ]);
}

/** Mostly what adds up over groups. */
function additive(home: string, groups: Groups): MeasureDefinition {
  const { random, homes } = groups;
  if (random.chance(3)) return randomFold(home, groups);
  return random.weighted<MeasureDefinition>([
    [5, () => randomFold(home, groups, 'sum')],
    [4, () => randomFold(home, groups, 'count')],
    [
      1,
      () => ({
        kind: 'combine',
        operator: random.pick(['add', 'subtract']),
        left: randomFold(home, groups, 'sum'),
        right: randomFold(random.pick(homes), groups, 'count'),
      }),
    ],
    [
      1,
      () => ({
        kind: 'combine',
        operator: 'multiply',
        left: randomFold(home, groups, 'sum'),
        right: { kind: 'constant', value: '100' },
      }),
    ],
  ]);
}

/** A fold of the rows of `home`, by the function asked for or any. */
export function randomFold(home: string, groups: Groups, asked: AggregateFunction | null = null): AggregateMeasure {
  const { random } = groups;
  const scope = groups.scopeOf(home);
  const name =
    asked ??
    random.pick<AggregateFunction>(
      ['sum', 'sum', 'avg', 'min', 'max', 'count', 'count_distinct', 'median', 'percentile', 'stddev', 'first', 'last'],
      (it) => [`fold ${it}`],
    );
  const filter = random.chance(22, 'own filter') ? randomCondition(scope, 1) : null;
  const moments = scope.leaves.filter(({ type }) => familyOf(type) === 'time');
  const snapshot =
    moments.length > 0 && asked === null && random.chance(9, 'snapshot') ? snapshotOf(scope, moments) : null;
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
    orderedBy: name === 'first' || name === 'last' ? varying(random.pick(['time', 'number', 'text']), scope, 0) : null,
  });
}

function snapshotOf(scope: Scope, moments: readonly Leaf[]): Snapshot {
  const { random } = scope;
  const per = random.chance(60) ? [varying(random.pick(families), scope, 0)] : [];
  return { take: random.pick(['first', 'last']), by: random.pick(moments).expression, per };
}
