import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, repository, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

beforeEach(() => {
  workspace = makeWorkspace();
});
afterEach(() => workspace.remove());

function useData(name: string): void {
  cpSync(join(repository, 'tests/pipeline/real-data/cases', name, 'data'), at('data/bronze'), { recursive: true });
}

const generate = (request: string) => workspace.dpb(['generate', request, '--name', 'made', '--as-of', '2024-12-31']);

describe('what the glossary says of the rows of tables', () => {
  it('is printed to be pasted where a key stands twice, and makes the product right', async () => {
    useData('duplicated-keys');
    const refused = await generate('total amount by region');
    expect(refused.exitCode, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('[plan.refused]');
    expect(existsSync(at('products'))).toBe(false);
    const pasted = /tables: \{customers: \{dedupe: .*\}\}\}/.exec(refused.stderr)?.[0] ?? '';
    writeFileSync(at('glossary.yaml'), `${pasted}\n`);
    const done = await generate('total amount by region');
    expect(done.exitCode, done.stderr).toBe(0);
    const readme = readFileSync(at('products/made/README.md'), 'utf8');
    expect(readme).toContain('The latest row of each customer_id of customers, by updated_at');
    expect((await workspace.dpb(['verify', 'made'])).exitCode).toBe(0);
  });

  it('follows a number to the rows of the file, those that gave way too', async () => {
    useData('duplicated-keys');
    writeFileSync(at('glossary.yaml'), 'tables: {customers: {dedupe: {key: customer_id, latest_by: updated_at}}}\n');
    expect((await generate('number of customers by region')).exitCode).toBe(0);
    const traced = await workspace.dpb(['trace', 'made', 'region=east', '--format', 'csv']);
    expect(traced.stdout.trim().split(/\r?\n/)).toEqual([
      'why_not,customer_id,name,region,updated_at',
      ',5,Name 5,east,2024-03-01',
      ',9,Name 9,east,2024-03-02',
      'a later row of its customer_id counts,5,Name 5,west,2024-01-06',
      'a later row of its customer_id counts,9,Name 9,north,2024-01-10',
    ]);
  });

  it('takes of a history the row in force, and says which rows find none', async () => {
    useData('price-list');
    writeFileSync(
      at('glossary.yaml'),
      'tables: {price_list: {valid_from: valid_from, valid_to: valid_to}}\nmetrics: [{name: revenue, expression: SUM(quantity * price_list.unit_price), table: sales}]\n',
    );
    const done = await generate('revenue by category');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toMatch(/coverage\.sales\.price_list.* \d+ of 200 rows of sales find none/);
    // A price that begins before the one before it ends: nothing new is published, the last good build stays.
    const prices = readFileSync(at('data/bronze/price_list.csv'), 'utf8');
    writeFileSync(at('data/bronze/price_list.csv'), prices.replace('3,32,2024-07-01,', '3,32,2024-05-15,'));
    const broken = await workspace.dpb(['build', 'made', '--as-of', '2025-01-01']);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain(
      '1 of 7 values of price_list.product_id have rows in force at the same time: 3 (3 rows)',
    );
    expect((await workspace.dpb(['verify', 'made'])).stderr).not.toContain('build.unknown');
  });

  it('shares out what several own, and says what nobody does', async () => {
    useData('shared-accounts');
    writeFileSync(
      at('glossary.yaml'),
      'relationships: [{from: account_owners.account_id, to: accounts.account_id, weight: share}]\n',
    );
    const done = await generate('total balance by customer segment');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toContain('1 of 12 rows of accounts have no part and do not count');
    const owners = readFileSync(at('data/bronze/account_owners.csv'), 'utf8').trim().split('\n');
    writeFileSync(at('data/bronze/account_owners.csv'), `${owners.slice(0, -1).join('\n')}\n`);
    const broken = await workspace.dpb(['build', 'made', '--as-of', '2025-01-01']);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain('have weights that are missing, negative or do not add up to 1');
  });
});
