import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sayModel } from '../../src/cli/model.js';
import { sayMadeByModel } from '../../src/cli/selection-text.js';
import { terminalFor } from '../../src/cli/terminal.js';
import { type Answer, answer } from '../../src/pipeline/answer.js';
import { answerData } from '../../src/pipeline/answer-data.js';
import type { Model } from '../../src/pipeline/model.js';
import { type Library, openLibrary } from './library.js';
import { type Asked, type ModelServer, say, startModelServer } from './model-server.js';

const beyond = 'which zorbs follow each other';
const nothing = '{"reading": null, "missing": []}';
const fees = {
  columns: [
    { name: 'loan_id', type: 'integer', description: 'the loan' },
    { name: 'fee_before', type: 'decimal', description: 'fee of the loan before it' },
  ],
  sql: 'SELECT loan_id, lag(fee) OVER (ORDER BY loan_id) AS fee_before FROM loans ORDER BY loan_id',
};

let library: Library;
let server: ModelServer;
let asked: Asked[] = [];

/** Answers one after the other to whoever asks for SQL; that no plan says it to all else. */
function writes(...answers: readonly object[]): void {
  asked = [];
  server.behave((one, response) => {
    if (!one.text.includes('"name":"logic"')) return say(one, response, nothing);
    asked.push(one);
    return say(one, response, JSON.stringify(answers[asked.length - 1] ?? answers.at(-1)));
  });
}

let models = 0;
const ask = (sql: 'off' | 'offer' | 'take', changes: Partial<Model> = {}, strict = false): Promise<Answer> => {
  models += 1;
  const model = library.model(server.url, { model: `writer-${models}`, sql, deadlineMs: 20_000 });
  return answer(library.session, library.request(beyond, { strict }), true, { ...model, ...changes });
};

beforeAll(async () => {
  library = await openLibrary();
  server = await startModelServer(() => undefined);
});
afterAll(async () => {
  await library.close();
  await server.close();
});

describe.runIf(process.platform === 'linux')('what no plan says', () => {
  it('is answered by SQL of a model where that is taken, and every output says whose it is', async () => {
    writes(fees);
    const given = await ask('take');
    expect(given.table?.rows.slice(0, 3)).toEqual([
      [1, null],
      [2, '0.50'],
      [3, '1.00'],
    ]);
    expect(answerData(given)).toMatchObject({
      status: 'answered',
      confidence: null,
      reading: null,
      made_by_model: { sql: fees.sql, columns: [{ name: 'loan_id' }, { name: 'fee_before' }] },
    });
  });

  it('is else only told, without rows: also by default and where nothing may be assumed', async () => {
    writes(fees);
    const told = { status: 'needs_clarification', rows: [], made_by_model: { sql: fees.sql } };
    expect(answerData(await ask('offer'))).toMatchObject(told);
    expect(answerData(await ask('take', {}, true))).toMatchObject(told);
    expect((await ask('off')).madeByModel).toBeNull();
  });

  it('goes back with what is wrong, twice at most, and never with a value of the data', async () => {
    const wrong = { ...fees, columns: fees.columns.slice(0, 1) };
    const file = { ...fees, sql: "SELECT * FROM read_csv('/etc/passwd')" };
    writes(wrong, file, fees);
    expect((await ask('take')).status).toBe('answered');
    expect(asked[1]?.text).toContain('where columns says');
    expect(asked[2]?.text).toContain('TABLE_FUNCTION');
    writes({ ...fees, sql: 'SELECT CAST(state AS INTEGER) AS loan_id, fee AS fee_before FROM loans' });
    expect((await ask('take')).status).not.toBe('answered');
    expect(asked).toHaveLength(3);
    for (const { text } of asked)
      for (const value of ['Overdue', 'returned', 'open\\u0027']) expect(text).not.toContain(value);
    expect(asked[2]?.text).toContain('a value does not fit');
  });

  it('sees no personal data: no column of it is shown, and none can be read', async () => {
    writes({ columns: [{ name: 'email', type: 'text', description: '' }], sql: 'SELECT email FROM members' });
    expect((await ask('take')).madeByModel).toBeNull();
    expect(asked[0]?.text).not.toContain('email');
  });

  it('stays unanswered where the model writes nothing or nonsense', async () => {
    const without = await answer(library.session, library.request(beyond), true, null);
    for (const answers of [{ columns: [], sql: null }, { sql: 5 }, [1], { columns: 'x', sql: 'SELECT 1' }]) {
      writes(answers);
      expect(await ask('take')).toEqual(without);
    }
    writes({ columns: [], sql: null });
    await expect(ask('take', { required: true })).rejects.toMatchObject({ code: 'llm.unusable' });
  });
});

describe('what a model wrote', () => {
  it('is shown without driving the terminal', () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => written.push(chunk.toString()) > 0);
    const terminal = terminalFor({});
    sayMadeByModel(terminal, {
      sql: "SELECT '\u001b[2Jx'",
      columns: [{ name: 'a', description: '\u001b]0;owned\u0007' }],
    });
    sayModel(terminal, { kind: 'outcome', outcome: 'suspicious text', reason: 'a\u001b[31m' });
    expect(written.join('')).toContain('owned');
    for (const order of ['\u001b[2J', '\u001b]0', '\u0007', '\u001b[31m'])
      expect(written.join('')).not.toContain(order);
  });
});
