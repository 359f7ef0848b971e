import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRequests } from '../../src/cli/request-source.js';
import type { Request } from '../../src/plan/run-state.js';
import { DpbError } from '../../src/support/errors.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dpb-requests-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const defaults: Request = {
  text: '',
  name: null,
  owner: null,
  sla: null,
  useCaseId: null,
  asOf: '2025-06-30',
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
  unmatched: 'keep',
  strict: false,
  chosen: null,
  threshold: 0,
};

function read(text: string): Promise<readonly Request[]> {
  const path = join(folder, 'requests.yaml');
  writeFileSync(path, text);
  return readRequests(undefined, path, defaults, undefined);
}

async function refusal(text: string): Promise<string> {
  const refused: unknown = await read(text).catch((thrown: unknown) => thrown);
  return refused instanceof DpbError ? `${refused.place?.split(':').slice(-2).join(':')} ${refused.message}` : '';
}

describe('a request file', () => {
  it.each([
    ['a list of words', '- fees by month\n- fees by berth\n'],
    ['words under requests', 'requests:\n  - fees by month\n  - fees by berth\n'],
    ['words beside requests', '[fees by month, {request: fees by berth}]'],
  ])('takes %s', async (_name, text) => {
    expect((await read(text)).map((request) => [request.text, request.name, request.asOf])).toEqual([
      ['fees by month', null, '2025-06-30'],
      ['fees by berth', null, '2025-06-30'],
    ]);
  });

  it('takes what is said of one request beside its words', async () => {
    const [first, second] = await read('- {request: fees by month, name: fees, as_of: 2025-01-31}\n- fees by berth\n');
    expect([first?.name, first?.asOf, second?.name]).toEqual(['fees', '2025-01-31', null]);
  });

  it('says where it is none, and how one is written', async () => {
    expect(await refusal('- fees by month\n- 12\n')).toMatch(/^2:3 .*1 is no request: write its words, or \{request:/);
    expect(await refusal('fees by month')).toMatch(/^1:1 .*is no request: write its words/);
    expect(await refusal('- fees by month\n- {request: x, nam: y}\n')).toMatch(/^2:\d+ .*nam/);
    expect(await refusal('- fees by month\n- ""\n')).toMatch(/^2:3 /);
    expect(await refusal('[]')).not.toBe('');
  });
});
