import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { compareRows, parquetTable } from '../../src/proof/same-rows.js';

let engine: Engine;
let home = '';
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dpb-rows-[1]'));
  engine = await openEngine({ threads: 1, memoryLimit: null });
});
afterAll(() => {
  engine.close();
  rmSync(home, { recursive: true, force: true });
});

const compared = async (left: string, right: string, ulps = 4) => {
  const tables = await Promise.all(
    [left, right].map(async (rows, at) => {
      const path = join(home, `${at}.parquet`);
      await engine.run(`COPY (SELECT * FROM (VALUES ${rows}) AS t(k, v)) TO '${path}' (FORMAT parquet)`);
      return parquetTable(path, false);
    }),
  );
  const [one, two] = tables;
  if (one === undefined || two === undefined) throw new Error('two tables were written');
  return compareRows(engine, one, two, ulps);
};

it.each([
  ['in another order', "('a', 1.5::DOUBLE), ('b', NULL)", "('b', NULL::DOUBLE), ('a', 1.5)"],
  ['with neighbours of a DOUBLE', "('a', 0.3::DOUBLE)", "('a', 0.1::DOUBLE + 0.2::DOUBLE)"],
  [
    'with a NaN, infinities and both zeros',
    "('a', 'nan'::DOUBLE), ('b', 'inf'), ('c', 0.0)",
    "('a', 'nan'::DOUBLE), ('b', 'inf'), ('c', '-0.0')",
  ],
])('are the same %s', async (_what, left, right) => {
  expect(await compared(left, right)).toMatchObject({ same: true, differences: [] });
});

it.each([
  ['a text', "('a', 1.5::DOUBLE)", "('b', 1.5::DOUBLE)", 'values of exact columns differ'],
  ['a row more', "('a', 1.5::DOUBLE)", "('a', 1.5::DOUBLE), ('a', 1.5)", 'there are 2 rows, not 1'],
  ['a type', "('a', 1.5::DOUBLE)", "('a', 1.5::FLOAT)", 'the columns are k VARCHAR, v FLOAT, not k VARCHAR, v DOUBLE'],
  ['a null', "('a', NULL::DOUBLE)", "('a', 0::DOUBLE)", 'values of DOUBLE lie Infinity units in the last place apart'],
  ['a value of DOUBLE', "('a', 1::DOUBLE)", "('a', 1.00001::DOUBLE)", expect.stringContaining('values of DOUBLE lie')],
])('differ in %s', async (_what, left, right, difference) => {
  expect(await compared(left, right)).toMatchObject({ same: false, differences: [difference] });
});
