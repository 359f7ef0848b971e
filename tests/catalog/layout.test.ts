import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDatasets } from '../../src/catalog/layout.js';
import { Workbench } from './workbench.js';

function found(bench: Workbench) {
  const { datasets, problems } = findDatasets([bench.data]);
  return {
    datasets: Object.fromEntries(datasets.map(({ name, files }) => [name, files.map(({ path }) => path)])),
    problems,
  };
}

describe('findDatasets', () => {
  it('takes folders and single files as datasets and leaves hidden ones out', () => {
    const bench = new Workbench();
    for (const path of [
      'orders/part-1.parquet',
      'orders/part-0.parquet',
      'orders/_SUCCESS',
      'orders/.x.parquet',
      'single.csv',
      'lone.parquet',
      '_tmp/x.csv',
      'lines/a.csv',
      'notes/readme.txt',
    ])
      bench.write(path, 'x');
    expect(found(bench)).toEqual({
      datasets: {
        lines: ['lines/a.csv'],
        lone: ['lone.parquet'],
        orders: ['orders/part-0.parquet', 'orders/part-1.parquet'],
        single: ['single.csv'],
      },
      problems: [],
    });
  });

  it('takes key=value folders as parts and plain folders as datasets of their own', () => {
    const bench = new Workbench();
    for (const path of [
      'sales/year=2024/month=1/a.parquet',
      'sales/year=2025/month=2/b.parquet',
      'crm/people/p.csv',
      'crm/firms/f.csv',
    ])
      bench.write(path, 'x');
    expect(Object.keys(found(bench).datasets)).toEqual(['firms', 'people', 'sales']);
  });

  it('refuses table formats by name and reads the rest', () => {
    const bench = new Workbench();
    for (const path of [
      'd/_delta_log/0.json',
      'd/a.parquet',
      'i/metadata/v1.metadata.json',
      'i/data/a.parquet',
      'h/.hoodie/x',
      'h/a.parquet',
      'ok/metadata/notes.csv',
      'fine.csv',
    ])
      bench.write(path, 'x');
    const { datasets, problems } = found(bench);
    expect(Object.keys(datasets)).toEqual(['fine', 'metadata']);
    expect(problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'd: Delta Lake tables are not read yet',
      'h: Apache Hudi tables are not read yet',
      'i: Apache Iceberg tables are not read yet',
    ]);
  });

  it('names datasets that cannot be told apart in SQL', () => {
    const bench = new Workbench();
    bench.write('Orders.csv', 'x');
    bench.write('sub/orders/a.csv', 'x');
    const { datasets, problems } = found(bench);
    expect(Object.keys(datasets)).toEqual(['Orders']);
    expect(problems).toEqual([{ path: 'sub/orders/a.csv', reason: 'another dataset is named "Orders" too' }]);
  });

  it('does not follow a link that leads back', () => {
    const bench = new Workbench();
    bench.write('a/x.csv', 'x');
    symlinkSync(bench.data, join(bench.data, 'a', 'loop'));
    expect(() => found(bench)).not.toThrow();
  });

  it('says which folder is not there', () => {
    expect(findDatasets(['/nowhere/at/all']).problems[0]?.reason).toContain('ENOENT');
  });
});
