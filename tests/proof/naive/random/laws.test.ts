import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../../src/engine/duckdb-engine.js';
import type { CellValue } from '../../../../src/engine/engine.js';
import type { AggregateQuery, Expression, MeasureDefinition, SemanticPlan } from '../../../../src/plan/query.js';
import { datasetOf, reachOf } from '../../../../src/plan/traverse.js';
import { evaluate } from '../../../../src/proof/naive/evaluate.js';
import type { Table } from '../../../../src/proof/naive/value.js';
import { compile } from '../../../../src/transformation/compile.js';
import { aggregate, col, measure } from '../../../transformation/plan-builder.js';
import { tableOf } from '../tables.js';
import { asOf, compared, isRepeatedKey, loadTables, sourceOf } from './differential.js';
import {
  isWeighted,
  type PlanInWorld,
  plansFrom,
  preparedFrom,
  readingInstead,
  readsColumn,
  usesOf,
} from './law-plans.js';

const engine = await openEngine({ threads: 1, memoryLimit: null });
afterAll(() => engine.close());

/** How many times the plans that `npm test` looks at; the long tests take more. */
const scale = Number(process.env.NAIVE_LAWS ?? 1);

const extra = tableOf('aaa unrelated', [{ name: 'id', type: { kind: 'text' } }], [['x']]);
const facts = ['"sales"', 'visits', 'extras', 'bridge'];
const dimensions = ['regions', 'pla ces', 'People', 'things', 'history', 'versions'];

/** The SQL of the plan over these sources; the error where it has none. */
function sqlOf(plan: SemanticPlan, tables: readonly Table[]): string {
  try {
    return compile(
      plan,
      tables.map((table) => sourceOf(table, '')),
      { asOf },
    ).sql;
  } catch (thrown) {
    return String(thrown);
  }
}

const isSql = (text: string): boolean => /^\s*(--|WITH|SELECT|\()/.test(text);

/** What the plan gives; the error where it gives none. Keys that repeat are not looked at. */
async function rowsOf(
  plan: SemanticPlan,
  tables: readonly Table[],
): Promise<readonly (readonly CellValue[])[] | string> {
  const sql = sqlOf(plan, tables);
  if (!isSql(sql)) return sql;
  await loadTables(engine, tables, null);
  return engine.query(sql).then(
    ({ rows }) => rows,
    (thrown: unknown) => String(thrown),
  );
}

function replaced(tables: readonly Table[], dataset: string, by: (table: Table) => readonly Table[]): readonly Table[] {
  return tables.flatMap((table) => (table.source.dataset === dataset ? by(table) : [table]));
}

const named = ({ source, ...table }: Table, dataset: string, rows: Table['rows'] = table.rows): Table => ({
  source: { ...source, dataset },
  rows,
});

/** The first of `datasets` that `isFit` takes; the plans of a law have one. */
function firstOf(datasets: readonly string[], isFit: (dataset: string) => boolean): string {
  const found = datasets.find(isFit);
  if (found === undefined) throw new Error('no dataset of the plan fits the law');
  return found;
}

describe('what changes nothing', () => {
  it('is the order of the sources, and a table beside them: the same bytes', () => {
    for (const { plan, world } of plansFrom(11, 30 * scale, () => true)) {
      const sql = sqlOf(plan, world.tables);
      expect(sqlOf(plan, world.tables.toReversed())).toBe(sql);
      expect(sqlOf(plan, [extra, ...world.tables])).toBe(sql);
    }
  });

  it('is that facts come in parts, put one under the other', async () => {
    const isInParts = (plan: SemanticPlan) => (dataset: string) => {
      const { own, met } = usesOf(plan, dataset);
      return own > 0 && met === 0 && !isWeighted(plan, dataset);
    };
    let rows = 0;
    for (const { plan, world } of plansFrom(31, 15 * scale, (made) => facts.some(isInParts(made)))) {
      const dataset = firstOf(facts, isInParts(plan));
      const names = ['part 1', 'part 2'];
      const tables = replaced(world.tables, dataset, (table) =>
        names.map((name, part) =>
          named(
            table,
            name,
            table.rows.filter((_, at) => at % 2 === part),
          ),
        ),
      );
      const [like] = world.tables.filter(({ source }) => source.dataset === dataset);
      if (like === undefined) throw new Error(`no ${dataset}`);
      const inParts = readingInstead(plan, [preparedFrom('in_parts', names, like, null)], (name) =>
        name === dataset ? 'in_parts' : name,
      );
      const whole = await rowsOf(plan, world.tables);
      if (typeof whole === 'string') continue;
      rows += whole.length;
      expect(await rowsOf(inParts, tables), JSON.stringify(plan)).toEqual(whole);
    }
    expect(rows).toBeGreaterThan(20);
  });

  it('is that rows came twice, where one of each key is kept: of facts over histories, of bridges, of dimensions', async () => {
    const keyed = ['"sales"', 'bridge', 'visits', 'extras', 'People', 'pla ces'];
    const isKept = (plan: SemanticPlan) => (dataset: string) => {
      const { own, met } = usesOf(plan, dataset);
      return own + met > 0 && !isWeighted(plan, dataset);
    };
    const fits = (plan: SemanticPlan): boolean => keyed.some(isKept(plan));
    const cases = [
      ...plansFrom(41, 8 * scale, fits),
      ...plansFrom(43, 5 * scale, fits, 'during'),
      ...plansFrom(47, 5 * scale, fits, 'bridge'),
    ];
    let rows = 0;
    for (const { plan, world } of cases) {
      const dataset = firstOf(keyed, isKept(plan));
      const [like] = world.tables.filter(({ source }) => source.dataset === dataset);
      if (like === undefined || like.source.keys.length === 0) continue;
      const tables = replaced(world.tables, dataset, (table) => [
        named(table, 'twice', [...table.rows, ...table.rows]),
      ]);
      const kept = readingInstead(plan, [preparedFrom('kept', ['twice'], like, ['id'])], (name) =>
        name === dataset ? 'kept' : name,
      );
      const once = await rowsOf(plan, world.tables);
      if (typeof once === 'string') continue;
      rows += once.length;
      expect(await rowsOf(kept, tables), JSON.stringify(plan)).toEqual(once);
    }
    expect(rows).toBeGreaterThan(20);
  });
});

describe('totals', () => {
  /** One home whose rows nothing else reads, with what adds up over its rows. */
  function addingUp({ plan }: PlanInWorld): { readonly plan: SemanticPlan; readonly dataset: string } | null {
    const { query } = plan;
    if (query.kind !== 'aggregate') return null;
    const home = query.tables[0]?.id ?? '';
    const dataset = datasetOf(query, home);
    const { own, met } = usesOf(plan, dataset);
    if (own !== 1 || met > 0 || !facts.includes(dataset) || isWeighted(plan, dataset)) return null;
    if (query.dimensions.some(({ perHome }) => (perHome ?? []).length > 0)) return null;
    if (query.tables.some(({ id }) => id !== home && !reachOf(home, query.joins).has(id))) return null;
    const adding: AggregateQuery = {
      ...query,
      every: null,
      having: null,
      orderBy: [],
      limit: null,
      dimensions: query.dimensions.map((one) => ({ ...one, shown: true, fill: null })),
      measures: [
        measure('placed', aggregate('count', home, null)),
        measure('amount', aggregate('sum', home, col(home, 'Amount'))),
        measure('most', aggregate('max', home, col(home, 'count of'))),
      ],
    };
    return { plan: { ...plan, query: adding }, dataset };
  }

  it('of facts in two parts add up to those of the whole, in each group', async () => {
    let groups = 0;
    for (const found of plansFrom(53, 15 * scale, (plan, world) => addingUp({ plan, world }) !== null, 'aggregate')) {
      const made = addingUp(found);
      if (made === null) continue;
      const half = (part: number): readonly Table[] =>
        replaced(found.world.tables, made.dataset, (table) => [
          named(
            table,
            made.dataset,
            table.rows.filter((_, at) => at % 2 === part),
          ),
        ]);
      const [whole, left, right] = [
        await rowsOf(made.plan, found.world.tables),
        await rowsOf(made.plan, half(0)),
        await rowsOf(made.plan, half(1)),
      ];
      if (typeof whole === 'string' || typeof left === 'string' || typeof right === 'string') continue;
      expect(addedUp([...left, ...right]), JSON.stringify(made.plan)).toEqual(addedUp(whole));
      groups += whole.length;
    }
    expect(groups).toBeGreaterThan(20);
  });

  function addedUp(rows: readonly (readonly CellValue[])[]): ReadonlyMap<string, readonly unknown[]> {
    const groups = new Map<string, readonly [number, number, number | null]>();
    for (const row of rows) {
      const key = JSON.stringify(row.slice(0, -3));
      const [placed = 0, amount = null, most = null] = row.slice(-3);
      const [count, total, greatest] = groups.get(key) ?? [0, 0, null];
      const cents = total + Math.round(Number(amount ?? 0) * 100);
      const both = [greatest, most === null ? null : Number(most)].filter((value) => value !== null);
      groups.set(key, [count + Number(placed), cents, both.length === 0 ? null : Math.max(...both)]);
    }
    return new Map([...groups].filter(([, [count]]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  it('over a dimension that has a row twice are refused or the same, never more', async () => {
    const isMet = (plan: SemanticPlan) => (dataset: string) => {
      const { own, met } = usesOf(plan, dataset);
      return met > 0 && own === 0;
    };
    let refused = 0;
    for (const { plan, world } of plansFrom(23, 20 * scale, (made) => dimensions.some(isMet(made)))) {
      const dataset = firstOf(dimensions, isMet(plan));
      const twice = replaced(world.tables, dataset, (table) => [
        named(table, dataset, [...table.rows, ...table.rows.slice(0, 2)]),
      ]);
      const once = await rowsOf(plan, world.tables);
      await loadTables(engine, twice, null);
      const verdict = await compared(engine, plan, twice);
      expect(verdict).not.toMatchObject({ kind: 'different' });
      if (isRepeatedKey(verdict)) refused += 1;
      if (verdict.kind !== 'same') continue;
      expect(await rowsOf(plan, twice), JSON.stringify(plan)).toEqual(once);
    }
    expect(refused).toBeGreaterThan(5);
  });
});

describe('units', () => {
  const measured = (plan: SemanticPlan, { tables }: PlanInWorld['world']): boolean =>
    tables.some(({ source }) => source.columns.some(({ unit = null }) => unit !== null)) &&
    plan.query.kind === 'aggregate';

  it('that are known refuse a plan or change no byte of it', () => {
    let refused = 0;
    for (const { plan, world } of plansFrom(61, 25 * scale, measured, 'unit', 'unit by row')) {
      const bare = world.tables.map(({ source, rows }) => ({
        source: { ...source, columns: source.columns.map((column) => ({ ...column, unit: null, unitColumn: null })) },
        rows,
      }));
      const sql = sqlOf(plan, world.tables);
      if (sql.includes('units')) refused += 1;
      else expect(sql).toBe(sqlOf(plan, bare));
    }
    expect(refused).toBeGreaterThan(0);
  });

  /** The plan with these measures alone, of its first home, and all its groups; null where a column is out of its reach. */
  function measuring(
    { plan, world }: PlanInWorld,
    columns: readonly string[],
    measures: (home: string, found: readonly Expression[]) => readonly MeasureDefinition[],
  ): SemanticPlan | null {
    const { query } = plan;
    if (query.kind !== 'aggregate') return null;
    const home = query.tables[0]?.id ?? '';
    if (query.tables.some(({ id }) => id !== home && !reachOf(home, query.joins).has(id))) return null;
    const at = query.tables.find(({ dataset }) => {
      const shape = world.tables.find(({ source }) => source.dataset === dataset)?.source;
      return columns.every((name) => shape?.columns.some((column) => column.name === name) === true);
    });
    if (at === undefined || query.dimensions.some(({ perHome }) => (perHome ?? []).length > 0)) return null;
    const found = columns.map((name) => col(at.id, name));
    return {
      ...plan,
      query: {
        ...query,
        having: null,
        orderBy: [],
        limit: null,
        measures: measures(home, found).map((definition, place) => measure(`of_units_${place}`, definition)),
      },
    };
  }

  const linear = ['sum', 'min', 'max', 'avg', 'median', 'stddev'] as const;

  it('ten times smaller make amounts ten times as many, and leave counts, shares, ranks and rates as they are', async () => {
    const measures = (home: string, [amount]: readonly Expression[]): readonly MeasureDefinition[] => {
      if (amount === undefined) return [];
      const total = aggregate('sum', home, amount);
      return [
        ...linear.map((name) => aggregate(name, home, amount)),
        { kind: 'share', of: total, within: [], factor: 100 },
        { kind: 'rank', of: total, within: [], descending: true },
        { kind: 'ratio', numerator: total, denominator: aggregate('max', home, amount), factor: 1 },
        aggregate('count', home, amount),
      ];
    };
    const scaled = (found: PlanInWorld): SemanticPlan | null =>
      readsColumn(found.plan, 'small') ? null : measuring(found, ['small'], measures);
    let rows = 0;
    for (const found of plansFrom(
      67,
      15 * scale,
      (plan, world) => measured(plan, world) && scaled({ plan, world }) !== null,
      'unit',
    )) {
      const plan = scaled(found);
      if (plan === null) continue;
      const tens = found.world.tables.map((table) => {
        const at = table.source.columns.findIndex(({ name }) => name === 'small');
        return {
          ...table,
          rows: table.rows.map((row) => row.map((value, place) => (place === at ? tenTimes(value) : value))),
        };
      });
      const [before, after] = [await rowsOf(plan, found.world.tables), await rowsOf(plan, tens)];
      if (typeof before === 'string' || typeof after === 'string') continue;
      rows += before.length;
      const width = linear.length + 4;
      expect(after.map((row) => row.slice(0, -width))).toEqual(before.map((row) => row.slice(0, -width)));
      const numbers = (given: typeof before, factor: number): unknown =>
        given.map((row) =>
          row
            .slice(-width)
            .map((value, place) =>
              value === null ? null : Number((Number(value) * (place < linear.length ? factor : 1)).toPrecision(9)),
            ),
        );
      expect(numbers(after, 1), JSON.stringify(plan)).toEqual(numbers(before, 10));
    }
    expect(rows).toBeGreaterThan(20);
  });

  function tenTimes(value: Table['rows'][number][number]): Table['rows'][number][number] {
    return value?.kind === 'integer' ? { ...value, value: value.value * 10n } : value;
  }

  it('that differ are added up in no plan', () => {
    const mixed = (found: PlanInWorld): SemanticPlan | null =>
      measuring(found, ['small', 'weight'], (home, [kilograms, euros]) => [
        aggregate(
          'sum',
          home,
          kilograms === undefined || euros === undefined
            ? null
            : { kind: 'arithmetic', operator: 'add', left: kilograms, right: euros },
        ),
      ]);
    const cases = plansFrom(71, 10 * scale, (plan, world) => measured(plan, world) && mixed({ plan, world }) !== null);
    expect(cases.length).toBe(10 * scale);
    for (const found of cases) {
      const plan = mixed(found);
      if (plan === null) continue;
      expect(sqlOf(plan, found.world.tables)).toContain('units');
      const tables = new Map(found.world.tables.map((table) => [table.source.dataset, table]));
      expect(evaluate(plan, tables, asOf).kind).toBe('refused');
    }
  });
});
