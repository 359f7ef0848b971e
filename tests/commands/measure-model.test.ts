import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/pipeline/evaluate.js';
import { type Model, openModel, writeTrust } from '../../src/pipeline/model.js';
import { readSettings, type Settings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import {
  crossChecked,
  type JudgedPair,
  measuredTrust,
  talliesAlone,
  tallyOf,
} from '../../src/proof/golden/measure-model.js';
import { settingsFor } from '../llm/gateway-cases.js';
import { answerWith, libraryTables, loansByBranch, writeTables } from '../llm/library.js';
import { type ModelServer, requestOf, say, startModelServer } from '../llm/model-server.js';

/** Numbers that look random and are the same each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Requests whose deterministic readings are as right as they are sure, and a model that is right in a share of them. */
function pairsOf(share: number, seed: number): readonly JudgedPair[] {
  const chance = chances(seed);
  return Array.from({ length: 400 }, () => {
    const sureness = chance();
    const isRight = chance() < sureness;
    const answered = sureness >= 0.5;
    const modelRight = chance() < share;
    const model = isRight && modelRight ? 'agreed' : 'differs';
    return { sureness, answered, right: isRight && answered, model, modelRight };
  });
}

describe('the trust that is measured of a model', () => {
  it.each([0.05, 0.3, 0.6, 0.9])('makes a model that is right in %f of the cases cost nothing', (share) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pairs = pairsOf(share, seed);
      const trust = measuredTrust(pairs);
      const { deterministic } = talliesAlone(pairs);
      expect(tallyOf(pairs, () => trust, 0.5).right).toBeGreaterThanOrEqual(deterministic.right);
      expect(crossChecked(pairs, 0.5).accuracy).toBeGreaterThan(deterministic.accuracy - 0.01);
      if (share === 0.9) {
        const half = (0.9 + deterministic.accuracy) / 2;
        expect(crossChecked(pairs, 0.5).accuracy).toBeGreaterThan(half);
      }
    }
  });

  it('is none where a gain is no larger than chance explains', () => {
    const pair = { sureness: 0.4, answered: true, model: 'differs' } as const;
    const pairs: readonly JudgedPair[] = [
      ...Array.from({ length: 6 }, () => ({ ...pair, right: false, modelRight: true })),
      ...Array.from({ length: 4 }, () => ({ ...pair, right: true, modelRight: false })),
    ];
    expect(measuredTrust(pairs).below).toBe(0);
    expect(measuredTrust([])).toEqual({ below: 0, right: 0.5, agreed: 0.5 });
  });
});

/** What is asked, in words that say it and in words that say it badly, with what is right for both. */
const measures = [
  ['number of loans', 'how busy it was', 'count(*)', { function: 'count', argument: null }],
  [
    'total fee',
    'what came in',
    'sum(fee)',
    { function: 'sum', argument: { kind: 'column', table: 'loans', column: 'fee' } },
  ],
] as const;
const groups = [
  ['state', 'how it stands', 'state', { kind: 'column', table: 'loans', column: 'state' }],
  ['branch name', 'the place', 'branch_name', { kind: 'column', table: 'branches', column: 'branch_name' }],
  ['town', 'whereabouts', 'town', { kind: 'column', table: 'branches', column: 'town' }],
] as const;

const cases = measures.flatMap(([measure, badMeasure, sql, definition]) =>
  groups.flatMap(([group, badGroup, column, expression]) => {
    const query = {
      ...loansByBranch,
      dimensions: [{ name: 'what', expression, role: 'key', shown: true }],
      measures: [
        { ...loansByBranch.measures[0], definition: { ...loansByBranch.measures[0].definition, ...definition } },
      ],
    };
    const gold = `SELECT ${column}, ${sql} FROM loans JOIN branches USING (branch_id) GROUP BY 1`;
    const words = [
      `${measure} by ${group}`,
      `${badMeasure} per ${badGroup}`,
      `tell ${badMeasure}, split along ${badGroup}`,
    ];
    return words.map((request) => ({ request, gold, query }));
  }),
);

describe('a simulated model', () => {
  let folder: string;
  let server: ModelServer;
  let settings: Settings;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dpb-measure-'));
    writeTables(join(folder, 'bronze'), libraryTables);
    writeFileSync(join(folder, 'dpb.yaml'), '');
    const lines = cases.map(({ request, gold }, place) =>
      JSON.stringify({ id: `case${place}`, request, gold_sql: gold }),
    );
    writeFileSync(join(folder, 'cases.jsonl'), lines.join('\n'));
    settings = readSettings(findWorkspace(folder), { data: [join(folder, 'bronze')], threads: 1 }, {});
    server = await startModelServer(() => undefined);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = {
    text: '',
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    asOf: '2026-03-15',
    unmatched: 'keep',
    strict: false,
    chosen: null,
    threshold: 0.5,
  } as const;

  /** Answers right in about the share of the cases, else with what is right for another one. */
  async function measured(share: number): Promise<NonNullable<Awaited<ReturnType<typeof evaluate>>['model']>> {
    const llm = settingsFor(server.url, { model: `right-${share}` });
    server.behave((asked, response) => {
      const place = cases.findIndex((one) => one.request === requestOf(asked));
      const isRight = ((place * 7) % cases.length) / cases.length < share;
      say(asked, response, answerWith(cases[isRight ? place : (place + 5) % cases.length]?.query));
    });
    const modelFor = (scope: string): Model => {
      const world = { scope, environment: {}, now: Date.now, random: () => 0, onNote: () => undefined };
      const model = openModel(settings.workspace, llm, world);
      if (model === null) throw new Error('the model is not configured');
      return model;
    };
    const report = await evaluate({
      settings,
      paths: [join(folder, 'cases.jsonl')],
      filter: { wording: 'original', categories: [], limit: null },
      request: { ...request, time: settings.time },
      resultsDirectory: null,
      modelFor: (scope, onNote) => ({ ...modelFor(scope), note: onNote }),
      judgeFor: null,
      onOutcome: () => undefined,
      onProgress: () => undefined,
    });
    if (report.model === null) throw new Error('nothing was measured');
    writeTrust(settings.workspace, llm, report.model.trust, report.model.cases);
    expect(modelFor('again').trust).toEqual(expect.objectContaining({ below: report.model.trust.below }));
    return report.model;
  }

  it.each([0.3, 0.9])('that is right in %f of the cases makes nothing worse', async (share) => {
    const { deterministic, model, both, trust } = await measured(share);
    expect(deterministic.right).toBeGreaterThan(0);
    expect(deterministic.right).toBeLessThan(cases.length);
    expect(both.right).toBeGreaterThanOrEqual(deterministic.right);
    if (share === 0.9) {
      expect(model.accuracy).toBeGreaterThan(0.8);
      expect(trust.below).toBeGreaterThan(0);
      expect(both.accuracy).toBeGreaterThanOrEqual((model.accuracy + deterministic.accuracy) / 2);
    } else expect(model.accuracy).toBeLessThan(0.5);
  });
});
