import { describe, expect, it } from 'vitest';
import { columnLogic } from '../../src/packaging/column-logic.js';
import { joinWords, madeTableWords } from '../../src/packaging/plan-words.js';
import type { AggregateQuery, SemanticPlan } from '../../src/plan/query.js';

const output = (name: string) => ({ name, label: name, description: '', shown: true });
const column = (table: string, name: string) => ({ kind: 'column', table, column: name }) as const;
const month = (table: string, name: string) =>
  ({ kind: 'time_truncate', unit: 'month', operand: column(table, name) }) as const;

const query: AggregateQuery = {
  kind: 'aggregate',
  tables: [
    { id: 'balances', dataset: 'balances' },
    { id: 'fees', dataset: 'fees' },
    { id: 'accounts', dataset: 'latest_accounts' },
  ],
  joins: [
    {
      from: 'balances',
      to: 'accounts',
      on: [{ from: 'account', to: 'id' }],
      cardinality: 'many_to_one',
      during: { at: 'day', start: 'since', end: null },
      weight: 'part',
    },
  ],
  unmatched: 'keep',
  every: null,
  dimensions: [
    {
      ...output('month'),
      expression: month('balances', 'day'),
      perHome: [{ home: 'fees', expression: month('fees', 'charged') }],
      fill: { from: null, to: { kind: 'as_of' } },
      role: 'key',
    },
  ],
  measures: [
    {
      ...output('balance'),
      unit: null,
      definition: {
        kind: 'aggregate',
        function: 'sum',
        home: 'balances',
        argument: column('balances', 'amount'),
        filter: null,
        fraction: null,
        orderedBy: null,
        snapshot: { take: 'last', by: column('balances', 'day'), per: [column('balances', 'account')] },
      },
    },
  ],
  filter: null,
  having: null,
  orderBy: [],
  limit: null,
};

const plan: SemanticPlan = {
  version: 1,
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
  datasets: [
    {
      kind: 'prepared',
      name: 'latest_accounts',
      description: '',
      from: ['accounts_old', 'accounts_new'],
      columns: [
        { name: 'id', cast: { to: { kind: 'integer', bits: 64 }, onFailure: 'drop' } },
        { name: 'since', cast: null },
      ],
      dedupe: { key: ['id'], latestBy: ['since'] },
    },
    { kind: 'query', name: 'monthly', description: 'Balances by month', query },
  ],
  query,
};

describe('the words of a plan', () => {
  it('say which moment a balance is of, what a dimension is for another home, and which periods are there', () => {
    expect(columnLogic(plan, 'balance')).toBe('sum(balances.amount) at the last balances.day of each balances.account');
    expect(columnLogic(plan, 'month')).toBe(
      'month of balances.day; for fees: month of fees.charged; all periods to before as-of date, also those without rows',
    );
  });

  it('say how tables meet', () => {
    expect(joinWords(plan)).toEqual([
      'balances to at most one row of accounts (latest_accounts) by balances.account = accounts.id, the row in force on balances.day: from accounts.since to before the next start of the same key, of which each row of balances is the part balances.part; rows without one are kept',
    ]);
  });

  it('say what tables are made on the way', () => {
    expect(madeTableWords(plan)).toEqual([
      {
        name: 'latest_accounts',
        text: 'Rows of accounts_old and accounts_new, one under the other. id as bigint, or the row is left out. Of each id only the row with the greatest since stays; rows without a whole key all stay',
      },
      {
        name: 'monthly',
        text: 'Balances by month. month = month of balances.day; for fees: month of fees.charged; all periods to before as-of date, also those without rows, balance = sum(balances.amount) at the last balances.day of each balances.account',
      },
    ]);
  });
});
