import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import {
  aggregate,
  binary,
  call,
  column,
  integerLiteral,
  type SqlExpression,
  type SqlQuery,
  type SqlSelect,
  select,
  textLiteral,
} from '../../src/sql/ast.js';
import { duckdbDialect } from '../../src/sql/dialect-duckdb.js';
import { mapColumns } from '../../src/sql/map-expression.js';
import { commentText, printSql, printSqlExpression } from '../../src/sql/print.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryLimit: null });
});
afterAll(() => engine.close());

const text = (expression: SqlExpression): string => printSqlExpression(expression, duckdbDialect);
const one = integerLiteral(1);
const two = integerLiteral(2);
const yes: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: true } };
const no: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: false } };
const or = (...operands: SqlExpression[]): SqlExpression => ({ kind: 'logical', operator: 'or', operands });
const and = (...operands: SqlExpression[]): SqlExpression => ({ kind: 'logical', operator: 'and', operands });

describe('parentheses', () => {
  it.each<[string, SqlExpression, string]>([
    ['stay away where the order is clear', binary('+', one, binary('*', two, one)), '1 + 2 * 1'],
    ['stand where it is not', binary('*', binary('+', one, two), one), '(1 + 2) * 1'],
    ['keep the right side of a difference', binary('-', one, binary('-', two, one)), '1 - (2 - 1)'],
    ['keep an or inside an and', and(or(yes, no), no), '(TRUE OR FALSE) AND FALSE'],
    ['keep what is denied', { kind: 'not', operand: and(yes, no) }, 'NOT (TRUE AND FALSE)'],
    [
      'keep negative numbers apart from the minus before them',
      { kind: 'negate', operand: integerLiteral(-1) },
      '-(-1)',
    ],
    ['keep a comparison that is compared', binary('=', binary('=', one, two), yes), '(1 = 2) = TRUE'],
    [
      'keep a condition that is tested for null',
      { kind: 'is_null', operand: or(yes, no), negated: true },
      '(TRUE OR FALSE) IS NOT NULL',
    ],
    ['go away around a single operand', and(or(yes)), 'TRUE'],
  ])('%s', (_what, expression, expected) => {
    expect(text(expression)).toBe(expected);
  });

  it('never change the value of an expression', async () => {
    const { tree } = fc.letrec<{ tree: { readonly sql: SqlExpression; readonly value: number } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthSize: 'medium' },
        fc.integer({ min: -9, max: 9 }).map((value) => ({ sql: integerLiteral(value), value })),
        fc
          .tuple(fc.constantFrom('+' as const, '-' as const, '*' as const), tie('tree'), tie('tree'))
          .map(([operator, left, right]) => ({
            sql: binary(operator, left.sql, right.sql),
            value: { '+': left.value + right.value, '-': left.value - right.value, '*': left.value * right.value }[
              operator
            ],
          })),
        tie('tree').map(({ sql, value }) => ({ sql: { kind: 'negate' as const, operand: sql }, value: -value })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async ({ sql, value }) => {
        const { rows } = await engine.query(`SELECT CAST(${text(sql)} AS DOUBLE)`);
        expect(Number(rows[0]?.[0])).toBeCloseTo(value, 6);
      }),
      { numRuns: 100 },
    );
  });
});

describe('names and values', () => {
  it('quotes every word that is not free to be a name', async () => {
    const { rows } = await engine.query('SELECT DISTINCT keyword_name FROM duckdb_keywords() ORDER BY 1');
    expect(rows.length).toBeGreaterThan(400);
    for (const [word] of rows) {
      const name = String(word);
      const inner = select([{ expression: one, alias: name }], null);
      const query = select(
        [{ expression: binary('+', column(name, name), column(null, name)), alias: name }],
        { kind: 'table', schema: null, name, alias: name },
        { orderBy: [{ expression: column(null, name), direction: 'ascending', nulls: 'last' }] },
      );
      const { columns } = await engine.query(
        printSql({ with: [{ name, note: null, query: inner }], body: query }, duckdbDialect),
      );
      expect(columns[0]?.name).toBe(name);
    }
  });

  it('takes any text as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }).filter((value) => !value.includes('\u0000') && !/\p{Cs}/u.test(value)),
        async (value) => {
          expect((await engine.query(`SELECT ${text(textLiteral(value))}`)).rows).toEqual([[value]]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('prints every literal so that it comes back', async () => {
    const literals = [
      ['double', 0.1],
      ['double', 1e300],
      ['decimal', '1.50'],
      ['date', '2024-02-29'],
      ['timestamp', '2024-02-29 12:30:00'],
    ] as const;
    for (const [type, value] of literals) {
      const expression = {
        kind: 'literal',
        literal: type === 'double' ? { type, value } : { type, value: String(value) },
      } satisfies SqlExpression;
      const { rows } = await engine.query(`SELECT ${text(expression)}`);
      expect(
        String(rows[0]?.[0]).replace('T', ' ').startsWith(String(value)),
        `${type} ${value} came back as ${String(rows[0]?.[0])}`,
      ).toBe(true);
    }
  });

  it('keeps comments in their line', () => {
    expect(commentText('one\r\ntwo\u2028three */ DROP /* x\u0085y')).toBe('-- one two three * / DROP / * x y');
  });
});

describe('queries', () => {
  it('prints one clause a line', () => {
    const body = select(
      [
        { expression: column('o', 'region'), alias: 'region', comment: 'Where' },
        {
          expression: aggregate('count', [{ kind: 'star' }], { filter: binary('>', column('o', 'amount'), one) }),
          alias: 'n',
        },
      ],
      { kind: 'table', schema: null, name: 'Orders', alias: 'o' },
      {
        joins: [
          {
            kind: 'left',
            relation: { kind: 'table', schema: 'gold', name: 'x', alias: 'x' },
            on: and(
              binary('=', column('o', 'a'), column('x', 'a')),
              binary('is not distinct from', column('o', 'b'), column('x', 'b')),
            ),
          },
        ],
        where: and(or(yes, no), no),
        groupBy: [1],
        having: binary('>', aggregate('sum', [one]), two),
        limit: 3,
      },
    );
    expect(printSql({ with: [], body }, duckdbDialect)).toBe(
      [
        'SELECT',
        '  o.region, -- Where',
        '  count(*) FILTER (WHERE o.amount > 1) AS n',
        'FROM "Orders" AS o',
        'LEFT JOIN gold.x',
        '  ON o.a = x.a',
        '    AND o.b IS NOT DISTINCT FROM x.b',
        'WHERE (TRUE OR FALSE)',
        '  AND FALSE',
        'GROUP BY 1',
        'HAVING sum(1) > 2',
        'LIMIT 3',
      ].join('\n'),
    );
  });

  it('replaces columns wherever they stand', () => {
    const expression = call(
      'coalesce',
      {
        kind: 'case',
        branches: [{ when: binary('=', column('a', 'x'), one), then: column('a', 'y') }],
        otherwise: null,
      },
      { kind: 'in', operand: column('a', 'x'), values: [two], negated: true },
    );
    expect(text(mapColumns(expression, ({ name }) => column(null, `new_${name}`)))).toBe(
      'coalesce(CASE WHEN new_x = 1 THEN new_y END, new_x NOT IN (2))',
    );
  });
});

describe('comments', () => {
  it('never swallow what comes after them, however queries are nested', async () => {
    const words = fc.string({ unit: 'binary', maxLength: 12 });
    const note = fc.option(words, { nil: null });
    const over = (query: SqlQuery): SqlSelect =>
      select([{ expression: column('d', 'n'), alias: 'n', comment: 'n' }], { kind: 'derived', query, alias: 'd' });
    type Made = { readonly query: SqlQuery; readonly value: number };
    const leaf: fc.Arbitrary<Made> = fc.tuple(fc.integer({ min: 0, max: 9 }), words).map(([value, comment]) => ({
      query: { with: [], body: select([{ expression: integerLiteral(value), alias: 'n', comment }], null) },
      value,
    }));
    const { made } = fc.letrec<{ made: Made }>((tie) => ({
      made: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('made'), words).map(([inner, comment]) => ({
          query: {
            with: [],
            body: select(
              [{ expression: binary('+', column('t', 'n'), one), alias: 'n', comment }],
              { kind: 'derived', query: inner.query, alias: 't' },
              { where: yes },
            ),
          },
          value: inner.value + 1,
        })),
        fc.tuple(tie('made'), note, words).map(([inner, noted, comment]) => ({
          query: {
            with: [{ name: 'w', note: noted, query: over(inner.query) }],
            body: select(
              [{ expression: column('w', 'n'), alias: 'n', comment }],
              { kind: 'table', schema: null, name: 'w', alias: 'w' },
              { where: yes },
            ),
          },
          value: inner.value,
        })),
        fc.tuple(tie('made'), tie('made'), words).map(([left, right, comment]) => ({
          query: {
            with: [],
            body: select(
              [
                {
                  expression: binary(
                    '+',
                    { kind: 'subquery', query: left.query },
                    { kind: 'subquery', query: right.query },
                  ),
                  alias: 'n',
                  comment,
                },
              ],
              null,
            ),
          },
          value: left.value + right.value,
        })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(made, async ({ query, value }) => {
        const { rows } = await engine.query(printSql(query, duckdbDialect));
        expect(rows.map((row) => row.map(Number))).toEqual([[value]]);
      }),
      { numRuns: 200 },
    );
  });
});
