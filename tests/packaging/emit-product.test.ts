import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { emitProduct } from '../../src/packaging/emit-product.js';
import type { Product } from '../../src/plan/product.js';
import { parseProductFile } from '../../src/plan/product-file.js';
import type { EmittedFile } from '../../src/plan/run-state.js';
import { textHash } from '../../src/support/canonical-json.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

const emitted = new Map<Product, readonly EmittedFile[]>();

/** The files of a product, made once for all that is asked of them. */
function filesOf(product: Product): readonly EmittedFile[] {
  const files = emitted.get(product) ?? emitProduct(product);
  emitted.set(product, files);
  return files;
}

const fileOf = (product: Product, path: string): EmittedFile => {
  const found = filesOf(product).find((file) => file.path === path);
  if (!found) throw new Error(`no ${path}`);
  return found;
};

const validatorOf = (schema: string) => {
  const path = fileURLToPath(new URL(`../../fixtures/schemas/${schema}`, import.meta.url));
  return new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(
    JSON.parse(readFileSync(path, 'utf8')),
  );
};
const isContract = validatorOf('odcs-v3.1.0.json');
const isDataProduct = validatorOf('odps-v1.0.0.json');

const products: readonly (readonly [string, Product])[] = [
  ['the sample', sampleProduct],
  ['one without SLA, rules, assumptions and grain', bareProduct()],
  ...hostileTexts.map((text) => [JSON.stringify(text), productWith(text)] as const),
];

function bareProduct(): Product {
  const { file } = sampleProduct;
  return {
    ...sampleProduct,
    file: {
      ...file,
      assumptions: [],
      useCaseId: null,
      owner: { name: 'nobody', contact: null },
      sla: { freshness: null, latency: null, completeness: null, accuracy: null },
      rules: [],
      model: { ...file.model, grain: [], partitionBy: null },
    },
  };
}

describe.each(products)('the definition of %s', (_name, product) => {
  it('has a contract that the standard allows', () => {
    isContract(parse(fileOf(product, 'contract.odcs.yaml').text));
    expect(isContract.errors ?? []).toEqual([]);
  });

  it('has a descriptor that the standard allows', () => {
    isDataProduct(parse(fileOf(product, 'data-product.yaml').text));
    expect(isDataProduct.errors ?? []).toEqual([]);
  });

  it('is parsed back whole', () => {
    expect(parseProductFile(fileOf(product, 'monthly_fees.dpb.yaml').text, 'x')).toEqual(product.file);
    expect(JSON.parse(fileOf(product, 'plan.json').text)).toEqual(product.file.plan);
    const lineage: unknown = JSON.parse(fileOf(product, 'lineage/lineage.json').text);
    expect(lineage).toMatchObject({ inputs: product.file.sources.map(({ dataset }) => ({ dataset })) });
    for (const { path, text } of filesOf(product).filter(({ path }) => path.endsWith('.yaml'))) {
      expect([path, parseAllDocuments(text).length]).toEqual([path, 1]);
    }
  });

  it('has SQL whose head is comment alone', () => {
    const { text } = fileOf(product, 'product.sql');
    const lines = text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
    const first = lines.findIndex((line) => !line.startsWith('--'));
    expect(lines.slice(first).join('\n').trim()).toBe(product.sql);
  });

  it('has a README without HTML of people, with whole tables and one graph', () => {
    const { text } = fileOf(product, 'README.md');
    expect(text.replaceAll('<br>', '')).not.toContain('<');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    const cells = (line: string): number => line.replaceAll(/\\./g, '').split('|').length;
    for (const row of rows) expect([5, 6, 7].map((count) => count + 1)).toContain(cells(row));
    expect(text.split('\n').filter((line) => line.startsWith('```'))).toEqual(['```mermaid', '```', '```sh', '```']);
    expect(/```mermaid\n([^`]*)```/.exec(text)?.[1]).toMatch(
      /^flowchart LR\n( {2,4}(source\d+\[\("[^"]*"\)\]|subgraph gold\["[^"]*"\]|column\d+\["[^"]*"\]|end|source\d+ -(-|\.-)> (column\d+|gold))\n)+$/,
    );
    expect(
      text
        .split('\n')
        .filter((line) => line.startsWith('#'))
        .map((line) => line.split(' ')[0]),
    ).toEqual(['#', ...Array(8).fill('##')]);
  });

  it('is the same bytes each time, and listed in the manifest', () => {
    const files = filesOf(product);
    expect(emitProduct(structuredClone(product))).toEqual(files);
    const manifest: unknown = JSON.parse(fileOf(product, 'manifest.json').text);
    const others = files
      .filter(({ path }) => path !== 'manifest.json')
      .map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text), sha256: textHash(text) }));
    expect(manifest).toEqual({
      format: 'dpb.manifest',
      version: 1,
      product: 'monthly_fees',
      files: others.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
    });
  });

  it('has no character in code that hides or turns text', () => {
    for (const path of ['product.sql', 'etl/monthly_fees.py', 'README.md']) {
      expect(fileOf(product, path).text).not.toMatch(/(?![\n\t])[\p{Cc}\u200b-\u200f\u2028-\u202e\ufeff]/u);
    }
  });
});

describe('the contract', () => {
  const contract: {
    schema: { properties: { name: string; quality?: { metric?: string; query?: string }[] }[]; quality: unknown[] }[];
  } = parse(fileOf(sampleProduct, 'contract.odcs.yaml').text);

  it('has the columns of the table in order, and each gold rule once', () => {
    const [table] = contract.schema;
    expect(table?.properties.map(({ name }) => name)).toEqual(['month', 'branch', 'fees', 'loan_count']);
    const quality = [
      ...(table?.quality ?? []),
      ...(table?.properties.flatMap((property) => property.quality ?? []) ?? []),
    ];
    expect(quality).toHaveLength(sampleProduct.file.rules.filter(({ target }) => target.kind === 'gold').length);
  });

  it('marks key, partition and source of a column', () => {
    expect(contract.schema[0]?.properties[0]).toMatchObject({
      logicalType: 'date',
      physicalType: 'DATE',
      required: true,
      partitioned: true,
      transformSourceObjects: ['loans.lent_on'],
      transformLogic: 'month of loans.lent_on',
    });
  });

  it('names a primary key only where no part of the grain may be null', () => {
    const { model } = sampleProduct.file;
    const columns = model.columns.map((column) => ({ ...column, nullable: false }));
    const file = { ...sampleProduct.file, model: { ...model, columns } };
    const strict: typeof contract = parse(fileOf({ ...sampleProduct, file }, 'contract.odcs.yaml').text);
    expect(strict.schema[0]?.properties[1]).toMatchObject({ primaryKey: true, primaryKeyPosition: 2 });
    expect(JSON.stringify(contract)).not.toContain('primaryKey');
  });
});
