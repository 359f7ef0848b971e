import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idleParts } from '../../src/intent/idle-parts.js';
import { unaskedKeys } from '../../src/intent/shown-keys.js';
import type { Query } from '../../src/plan/query.js';
import { type Clinic, openTables } from './clinic.js';

/** Barges on canals, each with a name of its own. */
const tables = {
  canals: 'canal_id,canal_name,region\n1,Lea,east\n2,Kennet,west\n3,Trent,east\n4,Avon,west\n',
  barges:
    'barge_id,canal_id,barge_name,hull,crew\n1,1,Ann,steel,2\n2,1,Bo,oak,3\n3,2,Cy,steel,2\n4,3,Di,oak,5\n5,3,Ed,oak,4\n',
} as const;

let water: Clinic;
beforeAll(async () => {
  water = await openTables(tables, 'terms: []\n');
});
afterAll(async () => {
  await water.close();
});

async function readOf(text: string): Promise<{ readonly query: Query; readonly confidence: number }> {
  const { selection } = await water.ask(text);
  const { reading } = selection;
  if (reading === null) throw new Error(`not read: ${text}`);
  return { query: reading.plan.query, confidence: reading.confidence };
}

describe('parts of a plan that change nothing', () => {
  it('are members counted one by one', async () => {
    const each = await readOf('number of barges by barge name');
    const kinds = await readOf('number of barges by hull');
    expect(idleParts(each.query, water.graph.catalog)).toBe(1);
    expect(idleParts(kinds.query, water.graph.catalog)).toBe(0);
    expect(each.confidence).toBeLessThan(kinds.confidence / 2);
  });

  it('are a ratio to itself, the first of one row and groups of one value', async () => {
    const { query } = await readOf('average crew of barges by hull');
    if (query.kind !== 'aggregate') throw new Error('no groups');
    const [measure] = query.measures;
    const [dimension] = query.dimensions;
    if (measure === undefined || dimension === undefined) throw new Error('no measure');
    const idleIn = (changes: Partial<typeof query>): number => idleParts({ ...query, ...changes }, water.graph.catalog);
    const { definition } = measure;
    const itself = { kind: 'ratio', numerator: definition, denominator: definition, factor: 1 } as const;
    const steel = {
      kind: 'comparison',
      operator: 'eq',
      left: dimension.expression,
      right: { kind: 'literal', literal: { type: 'text', value: 'steel' } },
    } as const;
    expect(idleIn({})).toBe(0);
    expect(idleIn({ measures: [{ ...measure, definition: itself }] })).toBe(1);
    expect(idleIn({ limit: { count: 1, per: [], ties: 'cut' } })).toBe(0);
    expect(idleIn({ limit: { count: 1, per: [], ties: 'cut' }, dimensions: [] })).toBe(1);
    expect(idleIn({ filter: steel })).toBe(1);
  });
});

describe('keys that a plan shows', () => {
  it('are unasked where no word calls them so', async () => {
    const { query } = await readOf('number of barges by hull');
    if (query.kind !== 'aggregate') throw new Error('no groups');
    const { catalog } = water.graph;
    const byColumn = (column: string): Query => ({
      ...query,
      dimensions: query.dimensions.map((dimension) => ({
        ...dimension,
        expression: { kind: 'column', table: query.tables[0]?.id ?? '', column } as const,
      })),
    });
    const frame = { items: [] };
    const called = new Map([
      [
        0,
        { concept: { kind: 'column', dataset: 'barges', column: 'canal_id' }, score: 1, evidence: 'its name' },
      ] as const,
    ]);
    expect(unaskedKeys(byColumn('canal_id'), new Map(), frame, catalog)).toBe(1);
    expect(unaskedKeys(byColumn('canal_id'), called, frame, catalog)).toBe(0);
    expect(unaskedKeys(byColumn('hull'), new Map(), frame, catalog)).toBe(0);
  });
});
