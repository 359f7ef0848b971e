import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../src/packaging/report/chart.js';
import { shownNumber } from '../../src/packaging/report/html.js';
import { type Report, reportHtml } from '../../src/packaging/report/report.js';
import type { Product } from '../../src/plan/product.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

const bars = (label: string): Chart => ({
  kind: 'bars',
  title: label,
  unit: label,
  points: [
    { label, value: 12.5, shown: '12.50' },
    { label: 'other', value: -3, shown: '-3.00' },
  ],
});

function reportOf(product: Product, changes: Partial<Report> = {}): string {
  return reportHtml({
    product,
    buildId: '2025-06-30-0123456789ab',
    rows: 1234567,
    evidence: {
      version: 1,
      product: product.file.name,
      asOf: '2025-06-30',
      definition: 'd',
      sources: [],
      entries: [
        ...product.file.rules.map(({ id, description, severity }) => ({
          id: `rule.${id}`,
          title: description,
          severity,
          kind: 'rule' as const,
          facts: { ruleId: id, checkedRows: 1000, failingRows: 0 },
          status: 'proved' as const,
          why: null,
        })),
        {
          id: 'grain',
          title: product.file.title,
          severity: 'error',
          kind: 'grain_unique',
          facts: null,
          status: 'not_shown',
          why: product.file.reading,
        },
      ],
    },
    firstRows: [[product.file.title, product.file.title, '1234.50', null]],
    chart: bars(product.file.title),
    ...changes,
  });
}

const tags = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? [];

/** The page without the texts between tags and in quotes: what hostile texts must not change. */
const shape = (html: string): string =>
  tags(html)
    .map((tag) => tag.replace(/"[^"]*"/g, '""'))
    .join('');

describe.each(['plain', ...hostileTexts])('the page of a build with the text %j', (text) => {
  const html = reportOf(productWith(text));

  it('has the elements that it has for any text, each closed', () => {
    expect(shape(html)).toBe(shape(reportOf(productWith('some text'))));
    const open: string[] = [];
    for (const tag of tags(html)) {
      const name = /^<\/?([a-z0-9]+)/.exec(tag)?.[1];
      if (name === undefined || tag.endsWith('/>') || ['meta', 'link'].includes(name)) continue;
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('runs nothing, asks for nothing, and turns no text around', () => {
    const named = new Set(tags(html).map((tag) => /^<\/?([a-z0-9!]+)/.exec(tag)?.[1]));
    for (const name of ['script', 'img', 'iframe', 'object', 'form', 'base']) expect(named).not.toContain(name);
    for (const tag of tags(html)) expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\s(on\w+|src|style)=/);
    expect(html).not.toMatch(/(?!\n)[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u);
    const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(html).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; img-src data:;`);
    expect(style).not.toMatch(/url\(|@import/);
  });
});

describe('the page of a build', () => {
  const html = reportOf(sampleProduct);

  it('shows rows, with numbers set apart and nothing where there is nothing', () => {
    expect(html).toContain('<td dir="auto" class="number">1,234.50</td>');
    expect(html).toContain('<span class="hidden">no value</span>');
    expect(html).toContain('The first 1 of 1,234,567 rows');
  });

  it('hides the values of columns with personal data', () => {
    const columns = sampleProduct.file.model.columns.map((column) =>
      column.name === 'branch' ? { ...column, pii: 'email' } : column,
    );
    const file = { ...sampleProduct.file, model: { ...sampleProduct.file.model, columns } };
    const page = reportOf(
      { ...sampleProduct, file },
      { firstRows: [['a', 'ann@example.org', '1', '2']], chart: 'none' },
    );
    expect(page).not.toContain('ann@');
    expect(page).toContain('personal data is hidden');
    expect(reportOf(sampleProduct, { firstRows: [['a', 'ann@example.org', '1', '2']] })).toContain('ann@');
  });

  it('names each rule with its outcome, and what was not shown', () => {
    expect(html.match(/0 of 1,000/g)).toHaveLength(sampleProduct.file.rules.length);
    expect(html).toContain('<span class="open">not shown</span>');
  });

  it('draws bars from 0 to both sides, and a line as points in order', () => {
    expect(html.match(/<rect class="bar"/g)).toHaveLength(2);
    const points = [1, 3, 2].map((value, at) => ({ label: `2025-0${at + 1}-01`, value, shown: String(value) }));
    const page = reportOf(sampleProduct, { chart: { kind: 'line', title: 'Fees', unit: null, points } });
    const [, path = ''] = /<path class="line" d="([^"]+)"/.exec(page) ?? [];
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(3);
    expect([(heights[0] ?? 0) > (heights[2] ?? 0), (heights[2] ?? 0) > (heights[1] ?? 0)]).toEqual([true, true]);
    expect(page).toContain('3 points, from 1 at 2025-01-01 to 2 at 2025-03-01; the most is 3 at 2025-02-01.');
  });
});

describe('a number', () => {
  it.each([
    ['1234567.891', '1,234,567.891'],
    ['-1000', '-1,000'],
    ['999', '999'],
    ['1e10', '1e10'],
    ['NaN', 'NaN'],
  ])('%s is shown as %s', (text, shown) => expect(shownNumber(text)).toBe(shown));
});
