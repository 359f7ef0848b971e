import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine, MountedSource } from '../../src/engine/engine.js';
import { SessionEngine } from '../../src/pipeline/session-engine.js';
import { plainCsv } from '../engine/plain-csv.js';

let root: string;
let opened: Engine[];
let asked: SessionEngine;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dpb-session-'));
  opened = [];
  asked = new SessionEngine(async () => {
    const engine = await openEngine({ threads: 1, memoryLimit: null });
    opened.push(engine);
    return engine;
  });
});
afterEach(() => {
  asked.close();
  rmSync(root, { recursive: true, force: true });
});

/** A table `tides` of one column in a file of its own. */
function tides(file: string, values: readonly number[]): MountedSource {
  writeFileSync(join(root, file), `height\n${values.join('\n')}\n`);
  const column = {
    name: 'height',
    type: { kind: 'integer', bits: 32 },
    nullable: true,
    description: '',
    pii: null,
  } as const;
  return {
    table: {
      dataset: 'tides',
      description: '',
      owner: null,
      format: plainCsv,
      files: [file],
      keys: [],
      freshness: null,
      columns: [column],
    },
    root,
  };
}

const sum = async (engine: Engine): Promise<unknown> =>
  (await engine.query('SELECT sum(height)::INTEGER FROM tides')).rows[0]?.[0];

it('opens one engine for all that is asked, one after the other', async () => {
  const source = tides('a.csv', [1, 2]);
  expect(await Promise.all([1, 2, 3].map(() => asked.ask([source], sum)))).toEqual([3, 3, 3]);
  expect(opened).toHaveLength(1);
});

it('reads the source that is asked for, also where another of the same name was read before', async () => {
  expect(await asked.ask([tides('a.csv', [1, 2])], sum)).toBe(3);
  expect(await asked.ask([tides('b.csv', [5])], sum)).toBe(5);
  expect(await asked.ask([tides('a.csv', [1, 2, 4])], sum)).toBe(7);
});

it('passes an error on and opens anew after it', async () => {
  const source = tides('a.csv', [1]);
  const failing = asked.ask([source], (engine) => engine.query('SELECT no_such_column FROM tides'));
  const next = asked.ask([source], sum);
  await expect(failing).rejects.toThrow(/no_such_column/);
  expect(await next).toBe(1);
  expect(opened).toHaveLength(2);
});
