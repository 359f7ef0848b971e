import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

const request = 'number of loans by branch';
const csv = ['ask', request, '--format', 'csv', '--as-of', '2026-01-01'] as const;

describe('asked which reading is meant', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = makeWorkspace();
    writeFileSync(join(workspace.folder, 'dpb.yaml'), 'threshold: 1\n');
    const write = (name: string, text: string): void => {
      mkdirSync(join(workspace.folder, 'data/bronze', name), { recursive: true });
      writeFileSync(join(workspace.folder, 'data/bronze', name, `${name}.csv`), text);
    };
    write('branches', 'branch_id,branch_name,branch_type\n1,North,main\n2,South,small\n');
    write('loans', 'loan_id,branch_id,fee\n1,1,2.50\n2,1,3.00\n3,2,1.00\n');
  });
  afterEach(() => workspace.remove());

  it('answers with the reading of the number typed, past what is no number', async () => {
    const done = await workspace.dpbProcess([...csv, '--interactive'], {}, 'what?\n1\nn\n');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toContain('Which of these do you mean?');
    expect(done.stderr).toMatch(/ 2 {2}\S/u);
    expect(done.stdout.split('\r\n')).toHaveLength(3);
    expect(existsSync(join(workspace.folder, 'glossary.yaml'))).toBe(false);
  });

  it('keeps an answer in the glossary, beside what people wrote there, and asks no more for the same words', async () => {
    const glossary = join(workspace.folder, 'glossary.yaml');
    writeFileSync(glossary, '# ours\nterms:\n  - term: Branch # where books are\n    maps_to: branches\n');
    const first = await workspace.dpbProcess([...csv, '--interactive'], {}, '2\ny\n');
    expect(first.exitCode, first.stderr).toBe(0);
    const kept = readFileSync(glossary, 'utf8');
    expect(kept).toContain('# ours');
    expect(kept).toContain('# where books are');
    expect(kept).toContain(`request: ${request}`);
    const second = await workspace.dpb([
      'ask',
      'Number of  loans by branch?',
      '--format',
      'csv',
      '--as-of',
      '2026-01-01',
    ]);
    expect(second.exitCode, second.stderr).toBe(0);
    expect(second.stdout).toBe(first.stdout);
  });

  it('tells an answer that is no longer a reading instead of taking another one', async () => {
    writeFileSync(
      join(workspace.folder, 'glossary.yaml'),
      `answers:\n  - {request: ${request}, reading: Number of ships by harbour.}\n`,
    );
    writeFileSync(join(workspace.folder, 'dpb.yaml'), 'threshold: 0\n');
    const done = await workspace.dpb(csv);
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('Number of ships by harbour.');
    expect(done.stdout).toBe('');
  });

  it('leaves the request unanswered where none is meant and at the end of input', async () => {
    for (const input of ['n\n', '']) {
      const done = await workspace.dpbProcess([...csv, '--interactive'], {}, input);
      expect(done.exitCode).toBe(3);
      expect(done.stdout).toBe('');
    }
  });

  it('refuses to ask where the request comes over standard input', async () => {
    const done = await workspace.dpbProcess(['generate', '-', '--interactive'], {}, request);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('--interactive');
  });
});

describe('a reading that finds nothing', () => {
  it.each([
    ['loans with a fee above 1000', 0, 'No rows of the data are counted'],
    ['offices with a charge above 1000', 3, 'No rows of the data match this reading'],
  ])('is told where it is sure, else asked back: %s', async (asked, exitCode, told) => {
    const workspace = makeWorkspace();
    mkdirSync(join(workspace.folder, 'data/bronze/loans'), { recursive: true });
    writeFileSync(
      join(workspace.folder, 'data/bronze/loans/loans.csv'),
      'loan_id,branch,fee\n1,North,2.50\n2,South,3.00\n',
    );
    const done = await workspace.dpb(['ask', asked, '--as-of', '2026-01-01']);
    expect(done.exitCode).toBe(exitCode);
    expect(done.stderr).toContain(told);
    workspace.remove();
  });
});
