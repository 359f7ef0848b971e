import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readByModel } from '../../src/pipeline/consult-model.js';
import { datasetsOf } from '../../src/plan/traverse.js';
import { type Attack, attacks, mark } from './attacks.js';
import { type Library, libraryTables, nothingUnderstood, openLibrary } from './library.js';
import { type ModelServer, say, startModelServer } from './model-server.js';

const chosen = 'zorbs';

/** Where an attacker may write: each gives the tables and the glossary with all attacks in them. */
const entries: Readonly<Record<string, () => Promise<Library>>> = {
  request: () => openLibrary(),
  'table name': () =>
    openLibrary({
      ...libraryTables,
      // As many as a prompt shows.
      ...Object.fromEntries(attacks.slice(0, 21).map(({ says }, place) => [says, `key_${place},other\n1,2\n2,3\n`])),
    }),
  'column name': () =>
    openLibrary({
      ...libraryTables,
      notes: `note_id,${attacks.map(({ says }) => `"${says}"`).join(',')}\n1${',5'.repeat(attacks.length)}\n2${',6'.repeat(attacks.length)}\n`,
    }),
  description: () =>
    openLibrary(
      {
        ...libraryTables,
        notes: `note_id,${attacks.map((_attack, place) => `part_${place}`).join(',')}\n1${',5'.repeat(attacks.length)}\n2${',6'.repeat(attacks.length)}\n`,
      },
      JSON.stringify({
        tables: {
          notes: {
            columns: Object.fromEntries(attacks.map(({ says }, place) => [`part_${place}`, { description: says }])),
          },
        },
      }),
    ),
  cell: () =>
    openLibrary({
      ...libraryTables,
      notes: `note_id,kind\n${attacks.flatMap(({ says }, place) => [`${2 * place},"${says}"`, `${2 * place + 1},"${says}"`]).join('\n')}\n`,
    }),
};

let server: ModelServer;
let canary: string;
let obeyed: Attack | null = null;
let hasObeyed = false;

beforeAll(async () => {
  canary = mkdtempSync(join(tmpdir(), 'dpb-canary-'));
  writeFileSync(join(canary, 'canary.txt'), 'the canary sings');
  server = await startModelServer((asked, response) => {
    hasObeyed = obeyed !== null && asked.text.includes(obeyed.says);
    say(asked, response, hasObeyed ? (obeyed?.answers ?? '') : '{"reading": null, "missing": []}');
  });
});
afterAll(async () => {
  await server.close();
  rmSync(canary, { recursive: true, force: true });
});

describe.each(Object.entries(entries))('a model that obeys what stands in a %s', (entry, open) => {
  it('has no effect beyond a reading that could have been asked for', async () => {
    const library = await open();
    try {
      let tried = 0;
      for (const attack of attacks) {
        obeyed = attack;
        hasObeyed = false;
        const request = library.request(entry === 'request' ? attack.says : chosen);
        const model = { ...library.model(server.url, { model: `obeying-${tried}` }), values: entry === 'cell' };
        const { reading } = await readByModel(nothingUnderstood, library.session, request, model);
        if (!hasObeyed) continue;
        tried += 1;
        if (reading === null) continue;
        const datasets = library.session.graph.catalog.datasets.map(({ name }) => name);
        expect(datasets).toEqual(expect.arrayContaining([...datasetsOf(reading.plan.query)]));
        expect(JSON.stringify(reading)).not.toContain(mark);
        expect(reading.result?.rows).toBeLessThan(100);
      }
      // The attack reached the model, or nothing is shown here.
      expect(tried).toBeGreaterThanOrEqual(20);
    } finally {
      await library.close();
    }
    expect(readdirSync(canary)).toEqual(['canary.txt']);
    expect(readFileSync(join(canary, 'canary.txt'), 'utf8')).toBe('the canary sings');
    expect(readdirSync(tmpdir()).filter((name) => name.includes(mark))).toEqual([]);
    expect(server.asked.some(({ text }) => text.includes('root:') || text.includes('canary sings'))).toBe(false);
    expect(Object.prototype).not.toHaveProperty(mark);
  });
});
