import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import type { QualityRule, RuleCheck } from '../../src/plan/product.js';
import type { Expression } from '../../src/plan/query.js';
import { ageInDaysSql, failingRowsSql, type RuleContext, ruleCountsSql } from '../../src/sql/rule-sql.js';
import { DpbError } from '../../src/support/errors.js';

const relation = `Ta"ble rule_scan's`;
const parent = 'RULE_STEP_1';

interface Row {
  readonly k: number | null;
  readonly region: string | null;
  readonly amount: string | null;
  readonly day: string | null;
}

const rows: readonly Row[] = [
  { k: 1, region: 'north', amount: '10.50', day: '2025-01-01' },
  { k: 1, region: 'north', amount: '-0.01', day: '2025-01-02' },
  { k: 2, region: "king's", amount: null, day: '2024-12-31' },
  { k: 3, region: null, amount: '0.00', day: null },
  { k: 3, region: null, amount: '99.99', day: '2025-01-09' },
  { k: 9, region: 'nörd', amount: '100.00', day: '2025-01-03' },
  { k: null, region: 'north', amount: '100.01', day: '2025-01-03' },
];
const parents: readonly (number | null)[] = [1, 2, null];

const context: RuleContext = {
  columns: [
    { name: 'k', type: { kind: 'integer', bits: 64 }, nullable: true },
    { name: 'region', type: { kind: 'text' }, nullable: true },
    { name: 'amount', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true },
    { name: 'day', type: { kind: 'date' }, nullable: true },
    { name: 'ratio', type: { kind: 'double' }, nullable: true },
    { name: 'at', type: { kind: 'timestamp', zoned: true }, nullable: true },
  ],
  time: { zone: 'Pacific/Auckland', weekStart: 'monday', fiscalYearStart: 1 },
  asOf: '2025-01-10',
};

const sqlValue = (value: string | number | null): string =>
  value === null ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`;
const ruleOf = (check: RuleCheck, id = 'r'): QualityRule => ({
  id,
  target: { kind: 'gold' },
  check,
  severity: 'error',
  description: '',
  origin: 'schema',
});

const amountAtLeastK: Expression = {
  kind: 'comparison',
  operator: 'ge',
  left: { kind: 'column', table: 'row', column: 'amount' },
  right: { kind: 'column', table: 'row', column: 'k' },
};
const beforeAsOf: Expression = {
  kind: 'comparison',
  operator: 'lt',
  left: { kind: 'column', table: 'row', column: 'day' },
  right: { kind: 'time_add', operand: { kind: 'as_of' }, amount: -5, unit: 'day' },
};

/** Each check with the number of failing rows as counted here, without SQL. */
const cases: readonly (readonly [string, RuleCheck, number])[] = [
  ['not_null', { kind: 'not_null', column: 'region' }, rows.filter(({ region }) => region === null).length],
  ['unique on one column, nulls equal', { kind: 'unique', columns: ['region'] }, 5],
  ['unique on several columns', { kind: 'unique', columns: ['k', 'region'] }, 4],
  ['unique that holds', { kind: 'unique', columns: ['k', 'amount'] }, 0],
  [
    'references, a null passes',
    { kind: 'references', columns: ['k'], toDataset: parent, toColumns: ['id'] },
    rows.filter(({ k }) => k !== null && !parents.includes(k)).length,
  ],
  ['accepted values, a null passes', { kind: 'accepted_values', column: 'region', values: ['north', "king's"] }, 1],
  ['accepted values of numbers by their text', { kind: 'accepted_values', column: 'k', values: ['1', '2'] }, 3],
  ['range with both ends, which belong to it', { kind: 'range', column: 'amount', min: '0', max: '100.00' }, 2],
  ['range above', { kind: 'range', column: 'amount', min: null, max: '99.99' }, 2],
  [
    'range of dates',
    { kind: 'range', column: 'day', min: '2025-01-01', max: null },
    rows.filter(({ day }) => day !== null && day < '2025-01-01').length,
  ],
  ['range of text', { kind: 'range', column: 'region', min: 'l', max: null }, 1],
  ['range without ends', { kind: 'range', column: 'amount', min: null, max: null }, 0],
  ['row count below', { kind: 'row_count', min: 10, max: null }, 3],
  ['row count above', { kind: 'row_count', min: null, max: 5 }, 2],
  ['row count within', { kind: 'row_count', min: 7, max: 7 }, 0],
  ['row count without ends', { kind: 'row_count', min: null, max: null }, 0],
  ['nulls up to the share that may be there', { kind: 'not_null', column: 'region', allowed: 0.285715 }, 0],
  ['more nulls than may be there, all of them', { kind: 'not_null', column: 'region', allowed: 0.2857 }, 2],
  [
    'keys without partner, up to the share that may be there',
    { kind: 'references', columns: ['k'], toDataset: parent, toColumns: ['id'], allowed: 0.5 },
    0,
  ],
  [
    'more keys without partner than may be there',
    { kind: 'references', columns: ['k'], toDataset: parent, toColumns: ['id'], allowed: 0.4 },
    3,
  ],
  ['mean within, its bounds included', { kind: 'mean', column: 'k', min: 19 / 6, max: 19 / 6 }, 0],
  ['mean above', { kind: 'mean', column: 'k', min: 0, max: 3.1 }, 1],
  ['mean below', { kind: 'mean', column: 'k', min: 3.2, max: 9 }, 1],
  ['mean of nothing', { kind: 'mean', column: 'ratio', min: 1, max: 2 }, 0],
  ['days without a row', { kind: 'gaps', column: 'day', unit: 'day' }, 5],
  ['weeks without a row', { kind: 'gaps', column: 'day', unit: 'week' }, 0],
  ['gaps of nothing', { kind: 'gaps', column: 'at', unit: 'day' }, 0],
  ['fresh to the day', { kind: 'freshness', column: 'day', maxAgeDays: 1 }, 0],
  ['stale by a day', { kind: 'freshness', column: 'day', maxAgeDays: 0.9 }, 1],
  ['freshness without any date', { kind: 'freshness', column: 'at', maxAgeDays: 1e4 }, 1],
  [
    'condition, unknown passes',
    { kind: 'condition', condition: amountAtLeastK },
    rows.filter(({ amount, k }) => amount !== null && k !== null && Number(amount) < k).length,
  ],
  [
    'condition against the as-of date',
    { kind: 'condition', condition: beforeAsOf },
    rows.filter(({ day }) => day !== null && day >= '2025-01-05').length,
  ],
];

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryLimit: null });
  const name = `"${relation.replaceAll('"', '""')}"`;
  await engine.run(
    `CREATE TABLE ${name} (k BIGINT, region VARCHAR, amount DECIMAL(10, 2), "day" DATE, ratio DOUBLE, "at" TIMESTAMPTZ)`,
  );
  for (const { k, region, amount, day } of rows)
    await engine.run(`INSERT INTO ${name} VALUES (${[k, region, amount, day].map(sqlValue).join(', ')}, NULL, NULL)`);
  await engine.run(`CREATE TABLE "${parent}" (id BIGINT)`);
  for (const id of parents) await engine.run(`INSERT INTO "${parent}" VALUES (${sqlValue(id)})`);
  await engine.run('CREATE TABLE clock ("at" TIMESTAMPTZ)');
  await engine.run("INSERT INTO clock VALUES ('2025-01-09 12:00:00+00')");
});

afterAll(() => engine.close());

const counted = async (
  rules: readonly QualityRule[],
  given: RuleContext = context,
  table = relation,
): Promise<readonly (readonly unknown[])[]> => {
  const result = await engine.query(ruleCountsSql(rules, table, given) ?? '');
  expect(result.columns.map(({ name }) => name)).toEqual(['rule_id', 'checked_rows', 'failing_rows']);
  return result.rows.map(([id, checked, failing]) => [id, Number(checked), Number(failing)]);
};

describe('the rule SQL on DuckDB', () => {
  it.each(cases)('counts %s', async (_name, check, failing) => {
    expect(await counted([ruleOf(check)])).toEqual([['r', rows.length, failing]]);
    expect(Number((await engine.query(failingRowsSql(ruleOf(check), relation, context))).rows[0]?.[0])).toBe(failing);
  });

  it('counts all in one statement, under any id', async () => {
    const rules = cases.map(([name, check], index) => ruleOf(check, `${index} ${name} '"\\ \n$as_of`));
    expect(await counted(rules)).toEqual(cases.map(([, , failing], index) => [rules[index]?.id, rows.length, failing]));
  });

  it('counts each row once that fails any rule about single rows', async () => {
    const rules = [
      ruleOf({ kind: 'not_null', column: 'region' }, 'a'),
      ruleOf({ kind: 'range', column: 'amount', min: '1', max: '100' }, 'b'),
      ruleOf({ kind: 'unique', columns: ['k'] }, 'c'),
    ];
    const failing = rows.filter(
      ({ region, amount }) => region === null || (amount !== null && (Number(amount) < 1 || Number(amount) > 100)),
    ).length;
    expect((await counted(rules, { ...context, anyRowRuleId: 'any' })).at(-1)).toEqual(['any', rows.length, failing]);
  });

  it('gives the same with the as-of date as a parameter', async () => {
    const sql =
      ruleCountsSql([ruleOf({ kind: 'freshness', column: 'day', maxAgeDays: 1 })], relation, {
        ...context,
        asOf: null,
      }) ?? '';
    expect((await engine.query(sql, { as_of: '2025-01-10' })).rows[0]?.[2]).toEqual(
      (await engine.query(sql, { as_of: '2025-01-09' })).rows[0]?.[2],
    );
    expect(Number((await engine.query(sql, { as_of: '2025-01-11' })).rows[0]?.[2])).toBe(1);
  });

  it('dates moments in the zone of the plan', async () => {
    expect(Number((await engine.query(ageInDaysSql('clock', 'at', context))).rows[0]?.[0])).toBe(0);
    expect(
      Number(
        (await engine.query(ageInDaysSql('clock', 'at', { ...context, time: { ...context.time, zone: 'UTC' } })))
          .rows[0]?.[0],
      ),
    ).toBe(1);
  });

  it('counts nothing on an empty relation but what needs rows', async () => {
    await engine.run('CREATE TABLE hollow AS SELECT * FROM clock WHERE false');
    const rules = [
      ruleOf({ kind: 'not_null', column: 'at' }, 'a'),
      ruleOf({ kind: 'unique', columns: ['at'] }, 'b'),
      ruleOf({ kind: 'row_count', min: 1, max: null }, 'c'),
    ];
    expect(await counted(rules, context, 'hollow')).toEqual([
      ['a', 0, 0],
      ['b', 0, 0],
      ['c', 0, 1],
    ]);
  });

  it('gives no statement for no rules', () => {
    expect(ruleCountsSql([], relation, context)).toBeNull();
  });

  it.each<readonly [string, RuleCheck]>([
    ['a column that is not there', { kind: 'not_null', column: 'nowhere' }],
    ['a bound that is no number', { kind: 'range', column: 'amount', min: '0 OR 1=1', max: null }],
    ['a bound that is no date', { kind: 'range', column: 'day', min: '12', max: null }],
    ['an infinite bound', { kind: 'range', column: 'ratio', min: 'Infinity', max: null }],
    [
      'sides of a reference that differ',
      { kind: 'references', columns: ['k', 'region'], toDataset: parent, toColumns: ['id'] },
    ],
  ])('refuses %s', (_name, check) => {
    expect(() => ruleCountsSql([ruleOf(check)], relation, context)).toThrow(DpbError);
  });
});
