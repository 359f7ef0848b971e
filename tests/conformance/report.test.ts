import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Report, reportHtml } from '../../src/packaging/report/report.js';
import type { Product } from '../../src/plan/product.js';
import { hostileTexts, productWith } from '../packaging/sample-product.js';
import { hostileProducts } from './hostile-products.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Chromium of CHROMIUM, else that of the PATH. */
function executable(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found =
    process.env.CHROMIUM ?? folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('there is no chromium on the PATH');
  return found;
}

let browser: Browser | undefined;
let workspace = '';

/** Products of requests, one for each shape: over time, a ranking, rows. */
const requests = [
  {
    name: 'over_time',
    request: 'daily revenue, order count and units sold by region and category for completed orders',
  },
  { name: 'ranking', request: 'orders by status' },
  { name: 'one_row', request: 'total revenue' },
];

/** A page of a product that was not built, full of the text. */
function madePage(product: Product, text: string): string {
  const { file } = product;
  const points = ['a', text].map((label, at) => ({ label, value: at + 1, shown: String(at + 1) }));
  const report: Report = {
    product,
    buildId: '2025-06-30-0123456789ab',
    rows: 1,
    evidence: {
      version: 1,
      product: file.name,
      asOf: '2025-06-30',
      definition: 'd',
      sources: [],
      entries: [
        { id: 'x', title: text, severity: 'error', kind: 'grain_unique', facts: null, status: 'not_shown', why: text },
      ],
    },
    firstRows: [file.model.columns.map(() => text)],
    chart: { kind: 'bars', title: text, unit: text, points },
  };
  return reportHtml(report);
}

const pages: { readonly name: string; readonly path: string; readonly title: string }[] = [];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'dpb-report-'));
  const path = join(workspace, 'requests.json');
  writeFileSync(path, JSON.stringify({ requests: requests.map((one) => ({ ...one, as_of: '2026-06-30' })) }));
  const data = ['--data', join(root, 'data/bronze'), '--glossary', join(root, 'data/glossary.yaml')];
  const options = [
    '--request-file',
    path,
    ...data,
    '--out',
    join(workspace, 'products'),
    '--gold',
    join(workspace, 'gold'),
  ];
  await execa(process.execPath, [join(root, 'bin/dpb.js'), 'generate', ...options, '--quiet'], { cwd: workspace });
  for (const { name } of requests) {
    const words = name.replaceAll('_', ' ');
    const title = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}, 2026-06-30`;
    pages.push({ name, path: join(workspace, 'gold', name, 'current/report.html'), title });
  }
  mkdirSync(join(workspace, 'made'));
  const made = [
    ...hostileTexts.map((text) => ({ product: productWith(text), text })),
    ...hostileProducts().map(({ product }) => ({ product, text: product.file.sources[0]?.description ?? '' })),
  ];
  for (const [at, { product, text }] of made.entries()) {
    const page = { name: `made ${at}`, path: join(workspace, 'made', `${at}.html`), title: '' };
    writeFileSync(page.path, madePage(product, text));
    pages.push(page);
  }
  browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await rm(workspace, { recursive: true, force: true });
});

/** What page-checks.js finds in a page. */
interface Found {
  readonly width: number;
  readonly faint: readonly string[];
  readonly title: string;
  readonly tables: number;
  readonly lines: number;
  readonly bars: number;
}

const checks = readFileSync(join(root, 'tests/conformance/page-checks.js'), 'utf8');

/** What is in the page, what it says, and what it asks for. */
async function look(path: string, width: number, colorScheme: 'light' | 'dark') {
  if (browser === undefined) throw new Error('Chromium was not started');
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => heard.push(`dialog: ${dialog.message()}`));
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  const found = await page.evaluate<Found>(checks);
  await page.close();
  return { heard, asked, found };
}

describe('the pages of builds in Chromium', () => {
  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1200, 'light'],
  ] as const)('of %i points in the %s ask for nothing, say nothing, fit and can be read', async (width, scheme) => {
    for (const { name, path } of pages) {
      const { heard, asked, found } = await look(path, width, scheme);
      expect({ name, heard, asked, width: found.width, faint: found.faint }).toEqual({
        name,
        heard: [],
        asked: [pathToFileURL(path).href],
        width,
        faint: [],
      });
    }
  });

  test('have landmarks, titles, captions and names for who hears them', async () => {
    for (const { name, path, title } of pages) {
      const { found } = await look(path, 800, 'light');
      if (title !== '') expect(found.title).toBe(title);
      expect([name, found]).toMatchObject([
        name,
        {
          title: expect.stringMatching(/\S/),
          language: 'en',
          landmarks: [1, 1, 1, 1],
          headings: ['H1', ...Array.from({ length: 8 }, () => 'H2')],
          unnamed: 0,
          captions: found.tables,
          headless: 0,
          broken: 0,
          unreachable: 0,
        },
      ]);
      expect(found.tables).toBeGreaterThanOrEqual(3);
    }
  });

  test('show a line over time, bars of a ranking, and words where there is nothing to draw', async () => {
    const drawn = async (name: string): Promise<readonly number[]> => {
      const { found } = await look(pages.find((page) => page.name === name)?.path ?? '', 800, 'light');
      return [found.lines, found.bars];
    };
    expect(await drawn('over_time')).toEqual([1, 0]);
    expect(await drawn('ranking')).toEqual([0, 4]);
    expect(await drawn('one_row')).toEqual([0, 0]);
  });
});
