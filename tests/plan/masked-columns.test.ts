import { expect, test } from 'vitest';
import { checkPlan } from '../../src/plan/check-plan.js';
import type { TableShape } from '../../src/plan/product.js';
import type {
  AggregateMeasure,
  AggregateQuery,
  DetailQuery,
  Expression,
  Query,
  SemanticPlan,
} from '../../src/plan/query.js';

const text = { type: { kind: 'text' }, nullable: true, description: '', pii: null } as const;
const tables: readonly TableShape[] = [
  {
    dataset: 'divers',
    columns: [
      { ...text, name: 'number' },
      { ...text, name: 'email', pii: 'email', masked: true },
    ],
    keys: [['email']],
  },
  {
    dataset: 'dives',
    columns: [
      { ...text, name: 'site' },
      { ...text, name: 'email', pii: 'email', masked: true },
    ],
    keys: [],
  },
];

const email: Expression = { kind: 'column', table: 'dives', column: 'email' };
const site: Expression = { kind: 'column', table: 'dives', column: 'site' };
const number: Expression = { kind: 'column', table: 'divers', column: 'number' };
const named = (name: string) => ({ name, label: name, description: '', shown: true }) as const;
const count: AggregateMeasure = {
  kind: 'aggregate',
  function: 'count',
  home: 'dives',
  argument: null,
  filter: null,
  fraction: null,
  orderedBy: null,
};
const literal: Expression = { kind: 'literal', literal: { type: 'text', value: 'a@example.org' } };
const missing: Expression = { kind: 'is_null', operand: email, negated: false };
const equal: Expression = { kind: 'comparison', operator: 'eq', left: email, right: literal };
const lower: Expression = { kind: 'call', function: 'lower', arguments: [email] };

function grouped(
  measure: Partial<AggregateMeasure>,
  more: Partial<AggregateQuery> & { readonly by?: Expression } = {},
): Query {
  const { by = site, ...rest } = more;
  return {
    kind: 'aggregate',
    tables: [{ id: 'dives', dataset: 'dives' }],
    joins: [],
    unmatched: 'keep',
    every: null,
    dimensions: [{ ...named('group'), expression: by, role: 'key' }],
    measures: [{ ...named('measure'), unit: null, definition: { ...count, ...measure } }],
    filter: null,
    having: null,
    orderBy: [],
    limit: null,
    ...rest,
  };
}

/** The different values of an expression. */
const only = (expression: Expression): Query => ({
  ...listed(expression, true),
  columns: [{ ...named('value'), expression }],
});

const listed = (expression: Expression, shown: boolean, filter: Expression | null = null): DetailQuery => ({
  kind: 'detail',
  tables: [{ id: 'dives', dataset: 'dives' }],
  joins: [],
  unmatched: 'keep',
  home: 'dives',
  columns: [
    { ...named('site'), expression: site },
    { ...named('other'), expression, shown },
  ],
  distinct: false,
  filter,
  orderBy: [],
  limit: null,
});

const joined: Partial<AggregateQuery> & { readonly by: Expression } = {
  tables: [
    { id: 'dives', dataset: 'dives' },
    { id: 'divers', dataset: 'divers' },
  ],
  joins: [{ from: 'dives', to: 'divers', on: [{ from: 'email', to: 'email' }], cardinality: 'many_to_one' }],
  by: number,
};

function check(query: Query, datasets: SemanticPlan['datasets'] = []): void {
  const time = { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 } as const;
  checkPlan({ version: 1, datasets, query, time }, tables);
}

test.each<[string, Query]>([
  ['counted', grouped({ argument: email })],
  ['counted by its different values', grouped({ function: 'count_distinct', argument: email })],
  ['joined by', grouped({}, joined)],
  ['asked for being there', grouped({ filter: missing }, { filter: missing })],
])('a masked column may be %s', (_name, query) => {
  expect(() => check(query)).not.toThrow();
});

const refused: readonly (readonly [string, Query])[] = [
  ['shown', listed(email, true)],
  ['ordered by', listed(email, false)],
  ['shown in part', listed({ kind: 'call', function: 'upper', arguments: [email] }, true)],
  ['compared', listed(site, true, equal)],
  ['listed among values', listed(site, true, { kind: 'in', operand: email, values: [], negated: false })],
  ['matched', listed(site, true, { kind: 'like', operand: email, pattern: 'a%', ignoreCase: true, negated: false })],
  ['grouped by', grouped({}, { by: email })],
  ['folded to one of its values', grouped({ function: 'min', argument: email })],
  ['counted where it is changed', grouped({ function: 'count_distinct', argument: lower })],
  ['compared in what is counted', grouped({ filter: equal })],
  [
    'compared in a case',
    grouped({ argument: { kind: 'case', branches: [{ when: equal, then: site }], otherwise: null } }),
  ],
  ['put in order', grouped({ function: 'first', argument: site, orderedBy: email })],
  [
    'a key of what is looked for',
    listed(site, true, { kind: 'membership', keys: [email], query: only(site), negated: false }),
  ],
  [
    'shown by an inner query',
    listed(site, true, { kind: 'membership', keys: [site], query: only(email), negated: false }),
  ],
];
test.each(refused)('a masked column may not be %s', (_name, query) => {
  expect(() => check(query)).toThrow(expect.objectContaining({ code: 'access.masked' }));
});

test('a masked column decides of no rows of a table that the plan makes, and stays masked in it', () => {
  const made = {
    kind: 'prepared',
    name: 'some_dives',
    description: '',
    from: ['dives'],
    columns: [
      { name: 'site', cast: null },
      { name: 'email', cast: null },
    ],
    dedupe: null,
  } as const;
  const tables = [{ id: 'dives', dataset: 'some_dives' }];
  const masked = expect.objectContaining({ code: 'access.masked' });
  expect(() => check(grouped({ argument: email }, { tables }), [made])).not.toThrow();
  expect(() => check(grouped({}, { tables, by: email }), [made])).toThrow(masked);
  const latest = { ...made, dedupe: { key: ['site'], latestBy: ['email'] } };
  expect(() => check(grouped({}, { tables }), [latest])).toThrow(masked);
});
