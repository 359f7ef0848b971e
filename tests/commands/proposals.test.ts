import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerateOutcome, generate } from '../../src/pipeline/generate.js';
import { openModel } from '../../src/pipeline/model.js';
import { readSettings, type Settings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import type { ProductFile } from '../../src/plan/product.js';
import { settingsFor } from '../llm/gateway-cases.js';
import { libraryTables, requestOn, writeTables } from '../llm/library.js';
import { type ModelServer, say, startModelServer } from '../llm/model-server.js';

const mark = '(written by a language model)';
const useful = {
  description: 'Shows how loans stand.',
  columns: [{ name: 'state', label: 'State of the loan', description: 'Where the item is now.' }],
  rules: [
    { kind: 'range', column: 'loan_count', min: '1', max: null, description: 'A state that is shown has a loan.' },
    { kind: 'range', column: 'loan_count', min: '3', max: null, description: 'Every state has many loans.' },
    { kind: 'range', column: 'loan_count', min: 'many', max: null, description: 'A bound that is none.' },
    { kind: 'compare', left: 'state', operator: 'lt', right: 'loan_count', description: 'A text below a number.' },
    {
      kind: 'accepted_values',
      column: 'state',
      values: ['open', 'returned', 'Overdue'],
      description: 'All there are.',
    },
  ],
};

let folder: string;
let server: ModelServer;
let settings: Settings;
let runs = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dpb-proposals-'));
  writeTables(join(folder, 'bronze'), libraryTables);
  writeFileSync(join(folder, 'dpb.yaml'), '');
  const steward = { tables: { loans: { columns: { branch_id: { description: 'Said by a steward.' } } } } };
  writeFileSync(join(folder, 'glossary.yaml'), JSON.stringify(steward));
  settings = readSettings(findWorkspace(folder), { data: [join(folder, 'bronze')], threads: 1 }, {});
  server = await startModelServer(() => undefined);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function proposed(
  text: string,
  propose: boolean,
  answer: unknown,
): Promise<{ file: ProductFile; texts: string; outcome: GenerateOutcome }> {
  server.behave((asked, response) =>
    say(asked, response, typeof answer === 'string' ? answer : JSON.stringify(answer)),
  );
  runs += 1;
  const llm = settingsFor(server.url, { model: `writer-${runs}`, propose });
  const outcome = await generate({
    settings: { ...settings, llm, products: join(folder, `products-${runs}`) },
    request: requestOn(settings, text, { name: 'stand', threshold: 0 }),
    runId: `run-${runs}`,
    build: propose,
    force: true,
    only: null,
    onEvent: () => undefined,
    now: () => new Date(0),
    openModel: (given, scope, onNote) =>
      openModel(given.workspace, given.llm, { scope, environment: {}, now: Date.now, random: () => 0, onNote }),
  });
  if (outcome.status !== 'answered') throw new Error(outcome.status);
  const texts = readdirSync(outcome.definition, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)
    .sort()
    .join('\n');
  return { file: outcome.file, texts, outcome };
}

describe('what a model proposes for a product', () => {
  it('is kept where it runs and holds, with its pass rate, and marked in every text; the product is built with it', async () => {
    const { file, texts, outcome } = await proposed('number of loans by state', true, useful);
    const rules = file.rules.filter(({ origin }) => origin === 'model');
    expect(rules.map(({ description, severity }) => [description, severity])).toEqual([
      ['Proposed by a language model: A state that is shown has a loan. Held for 100.0 % of 3 rows.', 'warning'],
    ]);
    expect(file.model.description).toMatch(/Shows how loans stand\. \(written by a language model\)$/);
    expect(file.model.columns[0]).toMatchObject({
      description: `state of loans. Where the item is now. ${mark}`,
      label: `State of the loan ${mark}`,
    });
    expect(file.assumptions.at(-1)?.text).toMatch(/^A language model wrote .*nobody has checked them\.$/);
    for (const line of texts.split('\n').filter((text) => text.includes('Where the item is now')))
      expect(line).toContain(mark);
    expect(outcome).toMatchObject({ status: 'answered', build: { buildId: expect.any(String) } });
  });

  it('never takes the place of what a steward wrote', async () => {
    const columns = [{ name: 'branch_id', label: null, description: 'Said by a model.' }];
    const { file } = await proposed('number of loans by branch id', true, { ...useful, columns, rules: [] });
    expect(JSON.stringify(file)).toContain('Said by a steward.');
    expect(file.model.columns[0]?.description).toMatch(
      /^Said by a steward\. Said by a model\. \(written by a language model\)$/,
    );
  });

  it.each([
    ['text', 'DROP TABLE loans'],
    ['markup', { ...useful, description: '<script>alert(1)</script>' }],
    ['a link', { ...useful, description: 'see https://example.org' }],
    ['a template', { ...useful, description: '{{ 7 * 7 }}' }],
    ['a column that is not there', { ...useful, columns: [{ name: 'email', label: null, description: 'x' }] }],
    ['SQL as a rule', { ...useful, rules: [{ kind: 'condition', condition: 'true', description: 'x' }] }],
    [
      'a rule of another table',
      { ...useful, rules: [{ kind: 'not_null', column: 'members.email', description: 'x' }] },
    ],
  ])('leaves the product as it is without a model, byte by byte, where it is %s', async (_what, answer) => {
    const without = await proposed('number of loans by state', false, useful);
    const given = await proposed('number of loans by state', true, answer);
    expect(given.texts).toBe(without.texts);
  });
});
