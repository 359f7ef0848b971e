import { describe, expect, it } from 'vitest';
import type { Expression, MeasureDefinition } from '../../src/plan/query.js';
import { columnOf, datasetOf, inWords, Workbench } from './workbench.js';

async function bench(): Promise<Workbench> {
  const made = new Workbench();
  await made.parquet({
    'orders/o.parquet': `SELECT x AS order_id, x % 10 AS buyer, (x % 20)::DECIMAL(10, 2) AS amount, x % 4 AS units, CASE WHEN x % 5 = 0 THEN 'C' ELSE 'D' END AS state,
      DATE '2024-01-01' + (x % 60)::INTEGER AS placed, TIMESTAMP '2024-01-05 10:00:00' AS shipped FROM range(200) r(x)`,
    'customers/c.parquet': "SELECT x AS customer_id, 'n' || x AS name, 2 AS weight FROM range(10) r(x)",
  });
  return made;
}

const declared = 'relationships: [{from: orders.buyer, to: customers.customer_id, role: buyer}]\n';

describe('glossary', () => {
  it('folds descriptions, synonyms, labels, terms, owners and the SLA into the catalog', async () => {
    const catalog = await (await bench()).catalog({
      glossary: `${declared}
terms:
  - {term: client, synonyms: [account], definition: Who buys., domain: crm, steward: Jo, maps_to: [CUSTOMERS.Customer_ID, customers]}
tables:
  Orders:
    description: All orders.
    synonyms: [purchases]
    owner: sales
    freshness: daily
    dedupe: {key: order_id, latest_by: shipped}
    columns:
      STATE: {description: What became of it., synonyms: [status], values: {C: cancelled, X: lost}}
      units: Pieces.
      amount: {unit: EUR, pii: false}
  customers:
    columns:
      name: {pii: name}
sla: {freshness: 24h, latency: 15m, completeness: 99%, accuracy: 0.995}
owners: [{name: sales, contact: s@example.org, owns: [ORDERS]}]
notes: [Free words.]
source: a test
`,
    });
    expect(datasetOf(catalog, 'orders')).toMatchObject({
      description: 'All orders.',
      synonyms: ['purchases'],
      owner: 'sales',
      freshness: 'daily',
    });
    expect(columnOf(catalog, 'orders', 'state')).toMatchObject({
      description: 'What became of it.',
      synonyms: ['status'],
      values: [
        { value: 'D', count: 160, label: null },
        { value: 'C', count: 40, label: 'cancelled' },
        { value: 'X', count: 0, label: 'lost' },
      ],
    });
    expect(columnOf(catalog, 'orders', 'units').description).toBe('Pieces.');
    expect(columnOf(catalog, 'orders', 'amount')).toMatchObject({ unit: 'EUR', pii: null });
    expect(columnOf(catalog, 'orders', 'buyer').role).toBe('identifier');
    expect(columnOf(catalog, 'customers', 'name').pii).toEqual({ kind: 'person_name', evidence: 'glossary' });
    expect(catalog.terms).toEqual([
      {
        term: 'client',
        synonyms: ['account'],
        definition: 'Who buys.',
        domain: 'crm',
        steward: 'Jo',
        mapsTo: [
          { dataset: 'customers', column: 'customer_id', confidence: 1 },
          { dataset: 'customers', column: null, confidence: 1 },
        ],
        condition: null,
      },
    ]);
    expect(catalog.sla).toEqual({ freshness: 'P1D', latency: 'PT15M', completeness: 0.99, accuracy: 0.995 });
    expect(catalog.owners).toEqual([{ name: 'sales', contact: 's@example.org', owns: ['orders'] }]);
    expect(catalog.relationships.map((one) => `${inWords(one)} ${one.source} ${one.score} ${one.matched}`)).toEqual([
      'orders.buyer > customers.customer_id many_to_one as buyer declared 1 200',
    ]);
    expect(catalog.warnings).toEqual([expect.stringContaining('a note in free text is not used: "Free words"')]);
  });

  it.each([
    [
      'metrics: [{name: a, expresion: SUM(amount), table: orders}]',
      'glossary.yaml:1:',
      'unknown key "expresion"',
      ['expression'],
    ],
    ['tables:\n  ordrs: {description: x}', 'glossary.yaml:2:', 'there is no table "ordrs"', ['orders']],
    [
      'tables:\n  orders:\n    columns:\n      amont: x',
      'glossary.yaml:4:',
      'there is no column "amont" in orders',
      ['amount'],
    ],
    ['terms: [{term: x, maps_to: [orders.amuont]}]', 'glossary.yaml:1:', 'there is no column "amuont"', ['amount']],
    [
      'metrics:\n  - name: a\n    table: orders\n    expression: SUM(amnt)',
      'glossary.yaml:4:21',
      'there is no column "amnt"',
      ['amount'],
    ],
    [
      'metrics:\n  - name: a\n    table: orders\n    expression: "SUM(amount) +"',
      'glossary.yaml:4:',
      'syntax error',
      [],
    ],
    [
      'metrics:\n  - name: a\n    table: orders\n    expression: read_text(amount)',
      'glossary.yaml:4:17',
      'the aggregate read_text cannot be used',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: orders, expression: "SUM(amount)); DROP TABLE x; --"}',
      'glossary.yaml:2:',
      'syntax error',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: orders, expression: "SUM(amount), SUM(units)"}',
      'glossary.yaml:2:',
      'not one expression',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: orders, expression: "SUM(amount) FROM range(3)"}',
      'glossary.yaml:2:',
      'not one expression',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: orders, expression: "SUM(SUM(amount)) OVER ()"}',
      'glossary.yaml:2:',
      'a metric is made of',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: orders, expression: "SUM((SELECT 1))"}',
      'glossary.yaml:2:',
      'subquery cannot be used',
      [],
    ],
    ['metrics:\n  - {name: a, table: orders, expression: SUM(state)}', 'glossary.yaml:2:', 'cannot add up text', []],
    [
      'metrics:\n  - {name: a, table: orders, expression: SUM(amount), filter: amount}',
      'glossary.yaml:2:',
      'a condition is true or false',
      [],
    ],
    [
      'metrics:\n  - {name: a, table: customers, expression: SUM(orders.amount)}',
      'glossary.yaml:2:',
      'not known to meet at most one row',
      [],
    ],
    [
      'metrics:\n  - {name: a, expression: b + 1}\n  - {name: b, expression: a * 2}',
      'glossary.yaml:',
      'refers to itself',
      [],
    ],
    [
      'metrics:\n  - {name: revenu, table: orders, expression: SUM(amount)}\n  - {name: b, expression: revenue * 2}',
      'glossary.yaml:3:',
      '"revenue" is neither a metric',
      ['revenu'],
    ],
    ['rules:\n  - {id: a, table: orders, condition: amount}', 'glossary.yaml:2:', 'a condition is true or false', []],
    ['sla: {freshness: soon}', 'glossary.yaml:1:', 'no duration', []],
    ['owners: [{name: a, owns: [order]}]', 'glossary.yaml:1:', 'no table or metric "order"', ['orders']],
    ['tables: [', 'glossary.yaml:', '', []],
    ['relationships: [{from: orders.buyer, to: customers}]', 'glossary.yaml:1:', 'names no column', []],
    [
      'relationships: [{from: orders.buyer, to: customers.customer_id, zzz: 1}]',
      'glossary.yaml:1:',
      'unknown key "zzz"; known are from, to, role, weight',
      [],
    ],
  ] as const)('refuses %j with its place', async (glossary, place, problem, near) => {
    const failure = await (await bench()).scan({ glossary }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({
      code: 'input.invalid',
      place: expect.stringContaining(place),
      message: expect.stringContaining(problem),
    });
    for (const name of near) expect(failure).toMatchObject({ hint: expect.stringContaining(`"${name}"`) });
  });
});

describe('a declared relationship', () => {
  it('whose values hardly meet is told with its counts', async () => {
    const { warnings } = await (await bench()).catalog({
      glossary: 'relationships: [{from: orders.order_id, to: customers.customer_id}]\n',
    });
    expect(warnings.join()).toContain('of 200 rows with orders.order_id only 10 find a row by customers.customer_id');
  });

  it('whose values meet is not', async () => {
    expect((await (await bench()).catalog({ glossary: declared })).warnings).toEqual([]);
  });
});

describe('metrics', () => {
  const column = (name: string, table = 'orders'): Expression => ({ kind: 'column', table, column: name });
  const aggregate = (part: Partial<Extract<MeasureDefinition, { kind: 'aggregate' }>>): MeasureDefinition => ({
    kind: 'aggregate',
    function: 'sum',
    home: 'orders',
    argument: column('amount'),
    filter: null,
    fraction: null,
    orderedBy: null,
    ...part,
  });
  const integer = (value: string): Expression => ({ kind: 'literal', literal: { type: 'integer', value } });
  const isState = (value: string): Expression => ({
    kind: 'comparison',
    operator: 'eq',
    left: column('state'),
    right: { kind: 'literal', literal: { type: 'text', value } },
  });
  const revenue = aggregate({});
  const count = aggregate({ function: 'count', argument: null });

  const cases: readonly (readonly [expression: string, filter: string | null, expected: MeasureDefinition])[] = [
    ['SUM(AMOUNT)', null, revenue],
    ['count(*)', null, count],
    ['COUNT(1)', null, count],
    ['count(DISTINCT buyer)', null, aggregate({ function: 'count_distinct', argument: column('buyer') })],
    ['AVG(orders.amount)', null, aggregate({ function: 'avg' })],
    ['MEDIAN(amount)', null, aggregate({ function: 'median' })],
    ['percentile_cont(0.9) WITHIN GROUP (ORDER BY amount)', null, aggregate({ function: 'percentile', fraction: 0.9 })],
    ['arg_max(amount, placed)', null, aggregate({ function: 'last', orderedBy: column('placed') })],
    ["SUM(amount) FILTER (WHERE state = 'D')", null, aggregate({ filter: isState('D') })],
    ["COUNT_IF(state = 'D')", null, aggregate({ function: 'count', argument: null, filter: isState('D') })],
    ['SUM(amount)', "state = 'D'", aggregate({ filter: isState('D') })],
    [
      "SUM(amount) FILTER (WHERE state = 'D')",
      'units > 1',
      aggregate({
        filter: {
          kind: 'and',
          operands: [isState('D'), { kind: 'comparison', operator: 'gt', left: column('units'), right: integer('1') }],
        },
      }),
    ],
    [
      'SUM(amount * customers.weight)',
      null,
      aggregate({
        argument: {
          kind: 'arithmetic',
          operator: 'multiply',
          left: column('amount'),
          right: column('weight', 'customers'),
        },
      }),
    ],
    [
      "SUM(CASE WHEN state = 'C' THEN 1 ELSE 0 END)",
      null,
      aggregate({
        argument: { kind: 'case', branches: [{ when: isState('C'), then: integer('1') }], otherwise: integer('0') },
      }),
    ],
    ['SUM(amount) / NULLIF(COUNT(*), 0)', null, { kind: 'ratio', numerator: revenue, denominator: count, factor: 1 }],
    ['100.0 * SUM(amount) / COUNT(*)', null, { kind: 'ratio', numerator: revenue, denominator: count, factor: 100 }],
    [
      'CAST(SUM(amount) AS DOUBLE) / COUNT(*) * 100',
      null,
      { kind: 'ratio', numerator: revenue, denominator: count, factor: 100 },
    ],
    [
      'SUM(amount) - 2.50',
      null,
      { kind: 'combine', operator: 'subtract', left: revenue, right: { kind: 'constant', value: '2.50' } },
    ],
    [
      "AVG(date_diff('day', placed, shipped))",
      null,
      aggregate({
        function: 'avg',
        argument: { kind: 'call', function: 'days_between', arguments: [column('placed'), column('shipped')] },
      }),
    ],
    [
      'SUM(amount)',
      "placed >= DATE '2024-01-31' - INTERVAL 2 MONTH",
      aggregate({
        filter: {
          kind: 'comparison',
          operator: 'ge',
          left: column('placed'),
          right: {
            kind: 'time_add',
            operand: { kind: 'literal', literal: { type: 'date', value: '2024-01-31' } },
            amount: -2,
            unit: 'month',
          },
        },
      }),
    ],
    [
      'SUM(amount)',
      "state NOT IN ('C') AND date_trunc('month', placed) = CURRENT_DATE",
      aggregate({
        filter: {
          kind: 'and',
          operands: [
            { kind: 'in', operand: column('state'), values: [{ type: 'text', value: 'C' }], negated: true },
            {
              kind: 'comparison',
              operator: 'eq',
              left: { kind: 'time_truncate', unit: 'month', operand: column('placed') },
              right: { kind: 'as_of' },
            },
          ],
        },
      }),
    ],
    [
      'SUM(amount)',
      'EXTRACT(year FROM placed) BETWEEN 2023 AND 2024',
      aggregate({
        filter: {
          kind: 'between',
          operand: { kind: 'time_part', part: 'year', operand: column('placed') },
          low: integer('2023'),
          high: integer('2024'),
          negated: false,
        },
      }),
    ],
  ];

  it('are translated into measures', async () => {
    const metrics = cases.map(([expression, filter], index) => ({
      name: `m${index}`,
      table: 'orders',
      expression,
      ...(filter === null ? {} : { filter }),
    }));
    const catalog = await (await bench()).catalog({
      glossary: `${declared}${JSON.stringify({ metrics }).slice(1, -1).replace('"metrics":', 'metrics: ')}`,
    });
    for (const [index, [expression, , expected]] of cases.entries()) {
      const metric = catalog.metrics.find(({ name }) => name === `m${index}`);
      expect(metric?.definition, expression).toEqual(expected);
      expect(metric?.dataset).toBe('orders');
    }
  });

  it('may be named by others in any order, and take their filters along', async () => {
    const catalog = await (await bench()).catalog({
      glossary: `${declared}
metrics:
  - {name: average, label: Average, synonyms: [aov], description: Per order., expression: "Revenue / NULLIF(order_count, 0)", unit: EUR}
  - {name: revenue, table: orders, expression: SUM(amount), filter: "state = 'D'", semi_additive: {over: placed, take: last}}
  - {name: order_count, table: orders, expression: COUNT(*)}
  - {name: buyers, table: customers, expression: COUNT(*)}
  - {name: per_buyer, expression: order_count / buyers}
  - {name: amount, table: orders, expression: SUM(amount)}
`,
    });
    const placed = { kind: 'column', table: 'orders', column: 'placed' };
    const filtered = { ...aggregate({ filter: isState('D') }), snapshot: { take: 'last', by: placed, per: [] } };
    const metric = (wanted: string) => catalog.metrics.find(({ name }) => name === wanted);
    expect(metric('average')).toEqual({
      name: 'average',
      label: 'Average',
      synonyms: ['aov'],
      description: 'Per order.',
      unit: 'EUR',
      dataset: 'orders',
      semiAdditive: null,
      definition: { kind: 'ratio', numerator: filtered, denominator: count, factor: 1 },
    });
    expect(metric('revenue')).toMatchObject({ definition: filtered, semiAdditive: { over: 'placed', take: 'last' } });
    expect(metric('per_buyer')).toMatchObject({ dataset: null });
    expect(metric('amount')).toMatchObject({ definition: revenue });
  });

  it('may be rules: conditions over the row', async () => {
    const catalog = await (await bench()).catalog({
      glossary:
        "rules: [{id: known, table: orders, column: State, condition: \"state IN ('C', 'D') OR state LIKE 'x%'\", severity: error, description: d}]",
    });
    expect(catalog.rules).toEqual([
      {
        id: 'known',
        dataset: 'orders',
        column: 'state',
        severity: 'error',
        description: 'd',
        condition: {
          kind: 'or',
          operands: [
            {
              kind: 'in',
              operand: column('state', 'row'),
              values: [
                { type: 'text', value: 'C' },
                { type: 'text', value: 'D' },
              ],
              negated: false,
            },
            { kind: 'like', operand: column('state', 'row'), pattern: 'x%', ignoreCase: false, negated: false },
          ],
        },
      },
    ]);
  });
});
