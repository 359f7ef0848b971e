import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeWorkspace, shopData, shopGlossary, treeHashes } from './workspace.js';

/** Requests over both kinds of money, with how each must be summed so that threads make no difference. */
const requests = {
  decimal: { request: 'monthly total amount by region', sum: 'sum(orders.total_amount)' },
  double: {
    request: 'monthly total tax amount by region',
    sum: 'CAST(sum(CAST(orders.tax_amount AS DECIMAL(38,6))) AS DOUBLE)',
  },
} as const;

const machines = [
  { threads: '1', environment: { TZ: 'America/New_York', LC_ALL: 'C' } },
  { threads: '2', environment: { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' } },
] as const;

/** Makes the product in a folder of its own, from a copy of the data, and gives the hash of every file of it. */
async function bytesOf(
  { request, sum }: (typeof requests)[keyof typeof requests],
  { threads, environment }: (typeof machines)[number],
): Promise<object> {
  const workspace = makeWorkspace();
  try {
    const data = join(workspace.folder, `bronze-${threads}`);
    cpSync(shopData, data, { recursive: true });
    const flags = ['--data', data, '--glossary', shopGlossary, '--as-of', '2026-06-15', '--threads', threads];
    const done = await workspace.dpbProcess(['generate', request, ...flags], environment);
    expect(done.exitCode, done.stderr).toBe(0);
    const [name = ''] = readdirSync(join(workspace.folder, 'products'));
    expect(readFileSync(join(workspace.folder, 'products', name, 'product.sql'), 'utf8')).toContain(sum);
    return {
      products: treeHashes(join(workspace.folder, 'products')),
      gold: treeHashes(join(workspace.folder, 'gold')),
    };
  } finally {
    workspace.remove();
  }
}

describe('the same request, catalog and as-of date', () => {
  it.each(Object.entries(requests))('give the same bytes anywhere, over a %s amount', async (_name, request) => {
    const first = await bytesOf(request, machines[0]);
    expect(Object.keys(first)).not.toHaveLength(0);
    expect(await bytesOf(request, machines[1])).toEqual(first);
  });
});

describe('use of the data', () => {
  it('is counted by the next scan, shown by discovery, and leaves definition and build as they are', async () => {
    const workspace = makeWorkspace();
    try {
      const request = 'order count by status';
      const flags = ['--data', shopData, '--glossary', shopGlossary, '--as-of', '2026-06-15'];
      const generate = async (): Promise<object> => {
        const done = await workspace.dpb(['generate', request, ...flags]);
        expect(done.exitCode, done.stderr).toBe(0);
        const tree = (name: string): object => treeHashes(join(workspace.folder, name));
        return { products: tree('products'), gold: tree('gold') };
      };
      const popularityOfOrders = async (): Promise<unknown> => {
        const done = await workspace.dpb(['explain', request, '--json', ...flags]);
        const { candidates } = z
          .object({ candidates: z.array(z.object({ dataset: z.string(), popularity: z.number() }).loose()) })
          .parse(JSON.parse(done.stdout));
        return candidates.find(({ dataset }) => dataset === 'orders')?.popularity;
      };
      const before = await generate();
      expect(await popularityOfOrders()).toBe(0);
      expect((await workspace.dpb(['scan', ...flags.slice(0, 4)])).exitCode).toBe(0);
      expect(await popularityOfOrders()).toBe(1);
      rmSync(join(workspace.folder, 'products'), { recursive: true });
      rmSync(join(workspace.folder, 'gold'), { recursive: true });
      expect(await generate()).toEqual(before);
    } finally {
      workspace.remove();
    }
  });
});
