import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProductFile } from '../../src/packaging/product-file.js';
import { parseProductFile } from '../../src/plan/product-file.js';
import { DpbError } from '../../src/support/errors.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

const { file } = sampleProduct;

function problemOf(text: string): DpbError {
  try {
    parseProductFile(text, 'x.dpb.yaml');
  } catch (thrown) {
    if (thrown instanceof DpbError) return thrown;
    throw thrown;
  }
  throw new Error('the text was taken');
}

/** The line of the rendered file that begins with `start`, with another text in its place. */
function withLine(start: string, replacement: string): { readonly text: string; readonly line: number } {
  const lines = renderProductFile(file).split('\n');
  const index = lines.findIndex((line) => line.trimStart().startsWith(start));
  expect(index).toBeGreaterThanOrEqual(0);
  return { text: lines.with(index, replacement).join('\n'), line: index + 1 };
}

describe('a product file that was written', () => {
  it('is read back as it was', () => {
    expect(parseProductFile(renderProductFile(file), 'x')).toEqual(file);
  });

  it.each(hostileTexts)('keeps %j', (text) => {
    const hostile = productWith(text).file;
    expect(parseProductFile(renderProductFile(hostile), 'x')).toEqual(hostile);
  });

  it('keeps every text', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(texts, (text) => {
        const changed = { ...file, request: text, assumptions: [{ code: text, text: `${text}\n${text}` }] };
        expect(parseProductFile(renderProductFile(changed), 'x')).toEqual(changed);
      }),
    );
  });

  it('holds no character that other readers of YAML refuse', () => {
    for (const text of hostileTexts)
      expect(renderProductFile(productWith(text).file)).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029\ufeff]/u);
  });
});

describe('a product file that is wrong', () => {
  it('names file, line and column of an unknown key, with the near match', () => {
    const { text, line } = withLine('reading:', 'raeding: x');
    const error = problemOf(text);
    expect(error.code).toBe('input.invalid');
    expect(error.place).toBe('x.dpb.yaml:3:1');
    expect(error.message).toContain(`x.dpb.yaml:${line}:1 unknown key "raeding" (did you mean "reading"?)`);
    expect(error.message).toContain('"reading" is missing');
  });

  it('names every problem, in the order of the text', () => {
    const text = renderProductFile(file)
      .replace('version: 1.0.0', 'version: one')
      .replace('unmatched: keep', 'unmatched: maybe');
    const { message } = problemOf(text);
    expect(message.indexOf('/version')).toBeGreaterThan(0);
    expect(message.indexOf('/plan/query/unmatched must be one of keep, drop')).toBeGreaterThan(
      message.indexOf('/version'),
    );
  });

  it('speaks of the kind that was meant, not of all kinds', () => {
    const { message } = problemOf(renderProductFile(file).replace('operator: lt', 'operator: less'));
    expect(message.split('\n')).toHaveLength(1);
    expect(message).toContain('/plan/query/filter/operator must be one of eq, ne, lt');
  });

  it.each([
    ['an unknown kind', 'kind: as_of', 'kind: as_off', 'names no known kind'],
    ['a name that is a path', 'name: monthly_fees', 'name: ../elsewhere', '/name'],
    ['a source outside the data root', 'members/members.parquet', '../secrets.parquet', '/sources/1/files/0'],
    ['an absolute source', 'members/members.parquet', '/etc/passwd', '/sources/1/files/0'],
    ['a later format', 'dpb: 1', 'dpb: 2', 'must be 1'],
    [
      'a grain that is no column',
      'grain: [month, branch]',
      'grain: [month, brunch]',
      'no column "brunch" in the model (did you mean "branch"?)',
    ],
    [
      'a plan over another source',
      '{id: members, dataset: members}',
      '{id: members, dataset: member}',
      'no source "member" (did you mean "members"?)',
    ],
    [
      'a rule on no column',
      'kind: not_null, column: month',
      'kind: not_null, column: moth',
      'no column "moth" to check (did you mean "month"?)',
    ],
    [
      'a rule about no source',
      'target: {kind: source, dataset: loans}',
      'target: {kind: source, dataset: loan}',
      'no source "loan"',
    ],
    ['two rules of one id', 'id: gold.row_count', 'id: gold.fees.range', '"gold.fees.range" stands twice'],
    ['a duration in words', 'freshness: P1D', 'freshness: one day', '/sla/freshness'],
  ])('refuses %s', (_what, before, after, said) => {
    const text = renderProductFile(file);
    expect(text).toContain(before);
    expect(problemOf(text.replace(before, after)).message).toContain(said);
  });

  it.each([
    ['broken YAML', 'a: [1, 2'],
    ['no mapping', '- a\n- b'],
    ['nothing', ''],
    ['a key twice', 'dpb: 1\ndpb: 1'],
    ['several documents', 'dpb: 1\n---\ndpb: 1'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(',')}]`)
        .join('\n')}`,
    ],
    ['deep nesting', `a: ${'['.repeat(3000)}${']'.repeat(3000)}`],
  ])('refuses %s', (_what, text) => {
    expect(problemOf(text).code).toBe('input.invalid');
  });
});
