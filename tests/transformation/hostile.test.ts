import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { serializeSql } from '../../src/engine/serialize-sql.js';
import { quoteIdentifier } from '../../src/engine/sql-text.js';
import { vetSerializedSql } from '../../src/sql/gate.js';
import { compile } from '../../src/transformation/compile.js';
import {
  aggregateQuery,
  col,
  compare,
  detailColumn,
  detailQuery,
  dimension,
  eq,
  int,
  isNull,
  measure,
  order,
  out,
  planOf,
  rows,
  source,
  sum,
  text,
  types,
} from './plan-builder.js';
import { answer, engineWith } from './running.js';

const words = [
  'select',
  'order',
  'group',
  'table',
  'values',
  'from',
  'end',
  'user',
  'current_date',
  'date',
  'year',
  'x" OR 1=1 --',
  "it's",
  'a b',
  ' lead',
  'tab\tname',
  'line\nbreak',
  '*/',
  'ünïcode',
  '列',
  '💥',
  '"',
  '""',
  '`',
  '$as_of',
  '?',
  ';',
  '\\',
  'UPPER',
  'groups',
  'combined',
  '1st',
  'null',
  'true',
  'interval',
  'qualify',
  'position',
];
const name = fc.oneof(
  fc.constantFrom(...words),
  fc
    .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    .filter((value) => !value.includes('\u0000') && value.trim() !== ''),
);

/** DuckDB folds case, so two names that differ in it alone are one. */
const names = fc.uniqueArray(name, { minLength: 4, maxLength: 4, selector: (value) => value.toLowerCase() });

const check =
  (fact: readonly string[], dimensionName: string, label: string, value: string) => async (): Promise<void> => {
    const [table = '', key = '', amount = '', at = ''] = fact;
    const other = `${dimensionName} of ${table}`;
    const sources = [
      source(table, { [key]: types.bigint, [amount]: types.money, [at]: types.date }),
      source(other, { [key]: types.bigint, [amount]: types.text }, [[key]]),
    ];
    const engine: Engine = await engineWith([
      `CREATE TABLE ${quoteIdentifier(table)} (${quoteIdentifier(key)} BIGINT, ${quoteIdentifier(amount)} DECIMAL(12, 2), ${quoteIdentifier(at)} DATE)`,
      `CREATE TABLE ${quoteIdentifier(other)} (${quoteIdentifier(key)} BIGINT, ${quoteIdentifier(amount)} VARCHAR)`,
      `INSERT INTO ${quoteIdentifier(table)} VALUES (1, 10.5, '2024-01-02'), (1, 1, '2024-01-03'), (2, 5, NULL)`,
    ]);
    try {
      await engine.run(`INSERT INTO ${quoteIdentifier(other)} VALUES (1, CAST($value AS VARCHAR)), (2, 'two')`, {
        value,
      });
      const joined = {
        tables: [
          { id: 'f', dataset: table },
          { id: 'd', dataset: other },
        ],
        joins: [{ from: 'f', to: 'd', on: [{ from: key, to: key }], cardinality: 'many_to_one' as const }],
      };
      const described = { label, description: label };
      const grouped = aggregateQuery([], {
        ...joined,
        dimensions: [dimension('amount', col('d', amount), described)],
        measures: [measure('total', sum('f', amount), described), measure('at', rows('f'))],
        filter: eq(col('d', amount), text(value)),
        having: compare('ge', out('at'), int(1)),
        orderBy: [order('total', 'descending')],
      });
      expect(await answer(engine, grouped, sources)).toEqual([[value, '11.50', 2]]);
      const detail = detailQuery([], {
        ...joined,
        home: 'f',
        columns: [detailColumn('at', col('f', at)), detailColumn('value', col('d', amount))],
        filter: isNull(col('f', at), true),
      });
      expect(await answer(engine, detail, sources)).toEqual([
        ['2024-01-02', value],
        ['2024-01-03', value],
      ]);
      const serialized = await serializeSql(engine, compile(planOf(grouped), sources, { asOf: null }).sql);
      expect(vetSerializedSql(serialized, { tables: [table, other] }).tables.length).toBe(2);
    } finally {
      engine.close();
    }
  };

describe('hostile names, labels and values', () => {
  it.each(words)('%s stands for itself everywhere', async (word) => {
    await check([word, `${word} k`, `${word} a`, `${word} t`], 'd', word, word)();
  });

  it('any text stands for itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        names,
        name,
        name,
        fc.string().filter((value) => !value.includes('\u0000')),
        (fact, other, label, value) => check(fact, other, label, value)(),
      ),
      { numRuns: 40 },
    );
  });

  it('outputs named like source columns never stand in for them', async () => {
    const engine = await engineWith([
      'CREATE TABLE t (id BIGINT, amount DECIMAL(12, 2), day DATE)',
      "INSERT INTO t VALUES (1, 1, '2024-01-05'), (2, 7, '2024-02-06'), (3, 2, '2024-02-07')",
    ]);
    const sources = [source('t', { id: types.bigint, amount: types.money, day: types.date })];
    const query = aggregateQuery(['t'], {
      dimensions: [dimension('day', { kind: 'time_truncate', unit: 'month', operand: col('t', 'day') })],
      measures: [
        measure('amount', { kind: 'ratio', numerator: sum('t', 'amount'), denominator: rows('t'), factor: 1 }),
        measure('id', sum('t', 'amount')),
      ],
      filter: compare('lt', col('t', 'id'), int(3)),
      having: compare('gt', out('amount'), int(2)),
      orderBy: [order('amount', 'descending')],
    });
    expect(await answer(engine, query, sources)).toEqual([['2024-02-01', 7, '7.00']]);
    const detail = detailQuery(['t'], {
      columns: [
        detailColumn('id', { kind: 'negate', operand: col('t', 'id') }),
        detailColumn('amount', col('t', 'id'), false),
      ],
      orderBy: [order('amount', 'descending')],
    });
    expect(await answer(engine, detail, sources)).toEqual([[-3], [-2], [-1]]);
    engine.close();
  });
});
