import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, repository, type TestWorkspace } from './workspace.js';

const cases = join(repository, 'tests/pipeline/real-data/cases');

/** Tables whose rows were corrected, joined as a history and as a bridge: from the folder to the proved and traced product. */
describe('products over corrected tables', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = makeWorkspace();
  });
  afterEach(() => workspace.remove());

  const make = async (name: string, request: string, glossary: string): Promise<void> => {
    cpSync(join(cases, name, 'data'), join(workspace.folder, 'data'), { recursive: true });
    writeFileSync(join(workspace.folder, 'glossary.yaml'), glossary);
    const flags = ['--data', 'data', '--glossary', 'glossary.yaml', '--as-of', '2024-06-01'];
    const made = await workspace.dpb(['generate', request, '--name', 'made', ...flags]);
    expect(made.stderr).toMatch(/Evidence \d+ proved/);
    expect(made.exitCode).toBe(0);
    expect((await workspace.dpb(['verify', 'made'])).exitCode).toBe(0);
  };

  it('meet the price that counts, on the day of the order, and lead back to the lines', async () => {
    await make(
      'price-list-with-revisions',
      'revenue by category',
      [
        'tables:',
        '  price_list: {valid_from: valid_from, valid_to: valid_to, dedupe: {key: [product_id, valid_from], latest_by: revision}}',
        'metrics:',
        '  - {name: revenue, expression: SUM(quantity * price_list.unit_price), table: order_lines}',
      ].join('\n'),
    );
    const traced = await workspace.dpb(['trace', 'made', 'category=Kitchen', '--format', 'csv']);
    expect(traced.exitCode).toBe(0);
    // Lines 9 and 11 are the cups, and no other line stands behind their revenue.
    expect(traced.stdout).toMatch(/\b9,106,4,6\b/);
    expect(traced.stdout).toMatch(/\b11,101,4,2\b/);
    expect(traced.stdout).not.toMatch(/\b1,101,1,10\b/);
  });

  it('share out by the last entries, and name those that gave way', async () => {
    await make(
      'shares-with-corrections',
      'total balance by customer segment',
      [
        'tables: {account_owners: {dedupe: {key: [account_id, customer_id], latest_by: entered}}}',
        'relationships: [{from: account_owners.account_id, to: accounts.account_id, weight: share}]',
      ].join('\n'),
    );
    const traced = await workspace.dpb(['trace', 'made', 'segment=retail', '--format', 'csv']);
    expect(traced.exitCode).toBe(0);
    expect(traced.stdout).toMatch(/a later row of its account_id, customer_id counts.*\b1,6,0?\.5/);
  });
});
