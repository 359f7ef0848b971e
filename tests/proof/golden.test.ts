import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/duckdb-engine.js';
import type { Engine } from '../../src/engine/engine.js';
import { durationColumns } from '../../src/proof/golden/arrow-durations.js';
import { calibrate } from '../../src/proof/golden/calibration.js';
import { type CaseFilter, type GoldenCase, loadCases } from '../../src/proof/golden/cases.js';
import { type ComparedTable, compareTables } from '../../src/proof/golden/compare-tables.js';
import { expectedTables } from '../../src/proof/golden/expected-tables.js';
import { type GoldenAnswer, runEval } from '../../src/proof/golden/run-eval.js';

interface RecordedPair {
  readonly tables: readonly ComparedTable[];
  readonly actual: ComparedTable;
  readonly ordered: boolean;
  readonly order_by: readonly number[];
  readonly verdict: object;
}

const recorded = readFileSync(join(import.meta.dirname, 'referee-verdicts.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): RecordedPair => JSON.parse(line));

describe('the comparison of tables', () => {
  it(`gives the referee's verdict and reason on all ${recorded.length} recorded pairs`, () => {
    expect(recorded.length).toBeGreaterThan(100);
    for (const { tables, actual, ordered, order_by: orderBy, verdict } of recorded) {
      expect({ actual, tables, verdict: compareTables(actual, tables, { ordered, orderBy }) }).toEqual({
        actual,
        tables,
        verdict,
      });
    }
  });

  it('gives up on a table of alike columns instead of trying all their orders', () => {
    const columns = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const actual = {
      columns,
      rows: [columns.map((_, index) => index % 2), columns.map((_, index) => (index + 1) % 2)],
    };
    const other = {
      columns,
      rows: [columns.map((_, index) => (index < 5 ? 1 : 0)), columns.map((_, index) => (index < 5 ? 0 : 1))],
    };
    expect(compareTables(actual, [other], { ordered: false, orderBy: [] }).strict).toBe(false);
  });
});

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dpb-golden-'));
  engine = await openEngine({ threads: 1, memoryLimit: null });
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const all: CaseFilter = { wording: 'original', categories: [], limit: null };

function writeCases(name: string, cases: readonly object[]): string {
  mkdirSync(join(folder, name), { recursive: true });
  const path = join(folder, name, 'cases.jsonl');
  writeFileSync(path, cases.map((line) => `${JSON.stringify(line)}\n`).join('\n'));
  return path;
}

describe('loading cases', () => {
  it('takes files and folders, in order, with the expected rows in any of their forms', async () => {
    await engine.run(
      `COPY (SELECT 'b' AS k, 2.50::DECIMAL(5,2) AS v) TO '${join(folder, 'e.parquet')}' (FORMAT parquet)`,
    );
    writeFileSync(join(folder, 'e.csv'), 'k,v\r\n"b, ""c""",2.5\r\n,\r\n');
    writeFileSync(join(folder, 'e.jsonl'), '{"k":"b"}\n{"v":2.5}\n');
    writeCases('two', [{ id: 'x', request: 'x', category: 'agg', gold_sql: 'SELECT 1 AS one' }]);
    const path = writeCases('one', [
      { id: 'p', request: 'p', category: 'agg', expected: ['../e.parquet', '../e.csv', '../e.jsonl'] },
      {
        id: 'i',
        request: 'i',
        category: 'topn',
        expected: [{ k: 'b', v: 1 }],
        ordered: true,
        order_by: [[1, true]],
        as_of: '2024-05-01',
        unknown_key: 1,
      },
      { id: 'c', request: 'c', category: 'topn', expected: { columns: [{ name: 'k' }], rows: [['b'], [null]] } },
    ]);
    const cases = loadCases([folder, path], all);
    expect(cases.map(({ id }) => id)).toEqual(['p', 'i', 'c', 'x', 'p', 'i', 'c']);
    const tables = await Promise.all(
      cases.slice(0, 4).map((golden) => expectedTables(golden, engine, async (_golden, sql) => engine.query(sql))),
    );
    expect(tables[0]).toEqual([
      { columns: ['k', 'v'], rows: [['b', '2.50']] },
      {
        columns: ['k', 'v'],
        rows: [
          ['b, "c"', '2.5'],
          [null, null],
        ],
      },
      {
        columns: ['k', 'v'],
        rows: [
          ['b', null],
          [null, 2.5],
        ],
      },
    ]);
    expect(tables.slice(1)).toEqual([
      [{ columns: ['k', 'v'], rows: [['b', 1]] }],
      [{ columns: ['k'], rows: [['b'], [null]] }],
      [{ columns: ['one'], rows: [[1]] }],
    ]);
    expect(cases[1]).toMatchObject({ ordered: true, orderBy: [1], asOf: '2024-05-01', directory: join(folder, 'one') });
  });

  it('takes the asked wording, categories and number', () => {
    const path = writeCases('one', [
      { id: 'a', request: 'a', category: 'agg', expected: [], paraphrases: ['a1', 'a2'], synonym_request: 'as' },
      { id: 'b', request: 'b', category: 'topn', expected: [] },
    ]);
    const asked = (filter: Partial<CaseFilter>) =>
      loadCases([path], { ...all, ...filter }).map(({ id, request }) => `${id}: ${request}`);
    expect(asked({ wording: 'paraphrase' })).toEqual(['a: a1', 'a.2: a2']);
    expect(asked({ wording: 'synonym' })).toEqual(['a: as']);
    expect(asked({ categories: ['topn'] })).toEqual(['b: b']);
    expect(asked({ limit: 1 })).toEqual(['a: a']);
  });

  it.each([
    ['no JSON', '{"id": ', /cases\.jsonl:2/],
    [
      'nothing to compare with',
      '{"id":"a","request":"a","category":"agg"}',
      /needs "expected", "gold_sql" or "expect_status"/,
    ],
    ['an id that is a path', '{"id":"../a","request":"a","category":"agg","expected":[]}', /names a file/],
  ])('refuses %s with its line', (_name, line, message) => {
    const path = join(folder, 'cases.jsonl');
    writeFileSync(path, `{"id":"z","request":"z","category":"agg","expected":[]}\n${line}\n`);
    expect(() => loadCases([path], all)).toThrow(message);
    expect(() => loadCases([path], all)).toThrow(
      expect.objectContaining({ code: 'input.invalid', place: `${path}:2` }),
    );
  });
});

describe('an evaluation', () => {
  const golden = (id: string, category: string): GoldenCase => ({
    id,
    category,
    directory: '',
    request: id,
    expected: { kind: 'rows', table: { columns: ['n'], rows: [[1]] } },
    ordered: false,
    orderBy: [],
    asOf: null,
    data: null,
    glossary: null,
    expectStatus: null,
  });
  const answers: Readonly<Record<string, GoldenAnswer>> = {
    right: { status: 'answered', confidence: 0.9, columns: [{ name: 'any', type: 'INTEGER' }], rows: [[1]] },
    wrong: { status: 'answered', confidence: 0.4, columns: [{ name: 'n', type: 'INTEGER' }], rows: [[2]] },
    wide: {
      status: 'answered',
      confidence: null,
      columns: [
        { name: 'n', type: 'INTEGER' },
        { name: 'm', type: 'INTEGER' },
      ],
      rows: [[1, 5]],
    },
    unsure: { status: 'needs_clarification', confidence: 0.2, columns: [], rows: [] },
  };

  it('tells wrong from not answered, by category, and writes the results', async () => {
    const cases = [
      golden('right', 'agg'),
      golden('wrong', 'agg'),
      golden('wide', 'topn'),
      golden('unsure', 'topn'),
      golden('crash', 'topn'),
    ];
    const results = join(folder, 'results');
    const seen: string[] = [];
    const report = await runEval({
      cases,
      answer: async ({ id }) => {
        const answer = answers[id];
        if (answer === undefined) throw new Error('it crashed');
        return answer;
      },
      expected: (given) => expectedTables(given, engine, () => Promise.reject(new Error('no SQL here'))),
      resultsDirectory: results,
      onOutcome: ({ id }, done) => seen.push(`${done} ${id}`),
    });
    expect(report.scores).toEqual([
      { category: 'all', cases: 5, answered: 3, right: 1, lenient: 2, accuracy: 0.2, precision: 1 / 3 },
      { category: 'agg', cases: 2, answered: 2, right: 1, lenient: 1, accuracy: 0.5, precision: 0.5 },
      { category: 'topn', cases: 3, answered: 1, right: 0, lenient: 1, accuracy: 0, precision: 0 },
    ]);
    expect(report.outcomes.map(({ reason }) => reason)).toEqual([
      '',
      'no column matches expected column 0 (n)',
      'extra columns',
      'needs_clarification',
      'it crashed',
    ]);
    expect(report.calibration).toMatchObject({ auroc: 1, answered: 2 });
    expect(seen).toEqual(['1 right', '2 wrong', '3 wide', '4 unsure', '5 crash']);
    expect(JSON.parse(readFileSync(join(results, 'right.json'), 'utf8'))).toEqual({ id: 'right', ...answers.right });
  });
});

describe('durations in Parquet', () => {
  // ARROW:schema of a file that pyarrow wrote: id int64, span duration[us], wait duration[ms], n int64.
  const schema =
    '/////xABAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAQAAACoAAAAZAAAADQAAAAEAAAAeP///wAAAQIQAAAAFAAAAAQAAAAAAAAAAQAAAG4AAABo////AAAAAUAAAACk////AAABEhAAAAAcAAAABAAAAAAAAAAEAAAAd2FpdAAAAAAEAAQABAAAAND///8AAAESEAAAABwAAAAEAAAAAAAAAAQAAABzcGFuAAAGAAgABgAGAAAAAAACABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAAAAAcAAAABAAAAAAAAAACAAAAaWQAAAgADAAIAAcACAAAAAAAAAFAAAAAAAAAAA==';

  it('are found by their units', () => {
    expect(durationColumns(schema)).toEqual([
      { name: 'span', unitsPerSecond: 1e6 },
      { name: 'wait', unitsPerSecond: 1e3 },
    ]);
    expect(durationColumns('')).toEqual([]);
    expect(durationColumns('bm90IGFuIEFycm93IHNjaGVtYQ==')).toEqual([]);
  });

  it('count as seconds', async () => {
    const path = join(folder, 'spans.parquet');
    await engine.run(
      `COPY (SELECT 1 AS id, 86400000000 AS span, 1500 AS "wait", 5 AS n) TO '${path}' (FORMAT parquet, KV_METADATA {'ARROW:schema': '${schema}'})`,
    );
    writeCases('spans', [{ id: 's', request: 's', category: 'agg', expected: '../spans.parquet' }]);
    const [golden] = loadCases([join(folder, 'spans')], all);
    if (golden === undefined) throw new Error('the case is gone');
    const [table] = await expectedTables(golden, engine, () => Promise.reject(new Error('no SQL here')));
    expect(table?.rows).toEqual([[1, 86400, 1.5, 5]]);
  });
});

describe('a request that must not be answered', () => {
  it('is right when it ends with the expected status, and never answered rightly', async () => {
    const refused: GoldenCase = {
      id: 'r',
      category: 'refusal',
      directory: '',
      request: 'r',
      expected: { kind: 'rows', table: { columns: [], rows: [] } },
      ordered: false,
      orderBy: [],
      asOf: null,
      data: null,
      glossary: null,
      expectStatus: 'refused',
    };
    const judge = (status: string) =>
      runEval({
        cases: [refused],
        answer: async () => ({ status, confidence: 0.5, columns: [], rows: [] }),
        expected: async () => [],
        resultsDirectory: null,
        onOutcome: () => undefined,
      });
    expect((await judge('refused')).scores[0]).toMatchObject({ right: 1, answered: 0, precision: null });
    expect((await judge('answered')).outcomes[0]).toMatchObject({
      strict: false,
      answered: true,
      reason: 'answered instead of refused',
    });
  });
});

describe('calibration', () => {
  it('has the figures that the referee gives', () => {
    // referee.calibration([(i / 10, i % 3 == 0) for i in range(10)]) prints: AUROC 0.500  ECE 0.490  surer half 40.0%
    const judged = Array.from({ length: 10 }, (_, index) => ({ confidence: index / 10, right: index % 3 === 0 }));
    const found = calibrate(judged);
    expect(found?.auroc).toBeCloseTo(0.5, 12);
    expect(found?.expectedCalibrationError).toBeCloseTo(0.49, 12);
    expect(found?.surerHalfPrecision).toBeCloseTo(0.4, 12);
  });

  it('is nothing where all are right', () => {
    expect(calibrate([{ confidence: 1, right: true }])).toBeNull();
  });
});
