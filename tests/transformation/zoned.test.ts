import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { aggregateQuery, col, compare, dimension, lit, measure, rows, source, trunc, types } from './plan-builder.js';
import { answer, engineWith } from './running.js';

const sources = [source('events', { id: types.bigint, at: types.zoned })];
let engine: Engine;
beforeAll(async () => {
  engine = await engineWith([
    'CREATE TABLE events (id BIGINT, "at" TIMESTAMPTZ)',
    "INSERT INTO events VALUES (1, '2024-01-01 02:00:00+00'), (2, '2024-01-01 12:00:00+00'), (3, NULL)",
  ]);
});
afterAll(() => engine.close());

it('reads zoned timestamps as wall-clock time of the plan', async () => {
  const query = aggregateQuery(['events'], {
    dimensions: [dimension('day', trunc('day', col('events', 'at')))],
    measures: [measure('n', rows('events'))],
  });
  expect(await answer(engine, query, sources, { zone: 'America/New_York' })).toEqual([
    ['2023-12-31', 1],
    ['2024-01-01', 1],
    [null, 1],
  ]);
  expect(await answer(engine, query, sources)).toEqual([
    ['2024-01-01', 2],
    [null, 1],
  ]);
  const filtered = aggregateQuery(['events'], {
    measures: [measure('n', rows('events'))],
    filter: compare('lt', col('events', 'at'), lit({ type: 'timestamp', value: '2024-01-01 00:00:00' })),
  });
  expect(await answer(engine, filtered, sources, { zone: 'America/New_York' })).toEqual([[1]]);
});
