import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeDbtFiles } from '../../src/pipeline/dbt-files.js';
import { sampleProduct } from '../packaging/sample-product.js';

let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'dpb-dbt-'));
  writeFileSync(join(project, 'dbt_project.yml'), 'name: theirs\nmodel-paths: ["marts"]\n');
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

describe('a product in an existing dbt project', () => {
  it('has files of its own where the project keeps its models, tests and macros', () => {
    mkdirSync(join(project, 'marts'));
    writeFileSync(join(project, 'marts/theirs.sql'), 'select 1');
    const written = writeDbtFiles(project, sampleProduct);
    expect(written).toContain('marts/dpb/monthly_fees/monthly_fees.sql');
    expect(written).toContain('macros/dpb/dpb_as_of.sql');
    expect(written.some((path) => path.endsWith('dbt_project.yml') || path.endsWith('profiles.yml'))).toBe(false);
    expect(readFileSync(join(project, 'marts/theirs.sql'), 'utf8')).toBe('select 1');
    expect(readFileSync(join(project, 'dbt_project.yml'), 'utf8')).toContain('name: theirs');
    for (const path of written) expect(existsSync(join(project, path)), path).toBe(true);
  });

  it('loses the files that it no longer needs, and no others', () => {
    writeDbtFiles(project, sampleProduct);
    const tests = join(project, 'tests/dpb/monthly_fees');
    const before = readdirSync(tests).length;
    const { file } = sampleProduct;
    const rules = file.rules.filter(({ check }) => check.kind !== 'references');
    writeDbtFiles(project, { ...sampleProduct, file: { ...file, rules } });
    expect(readdirSync(tests)).toHaveLength(before - 1);
  });

  it('leaves a file alone that somebody else put there', () => {
    writeDbtFiles(project, sampleProduct);
    const model = join(project, 'marts/dpb/monthly_fees/monthly_fees.sql');
    writeFileSync(model, 'select 2');
    expect(() => writeDbtFiles(project, sampleProduct)).toThrow(/did not make this file/);
    expect(readFileSync(model, 'utf8')).toBe('select 2');
  });

  it.each([
    ['no project', null],
    ['folders above it', 'model-paths: ["../elsewhere"]\n'],
  ])('is refused with %s', (_what, text) => {
    rmSync(join(project, 'dbt_project.yml'));
    if (text !== null) writeFileSync(join(project, 'dbt_project.yml'), text);
    expect(() => writeDbtFiles(project, sampleProduct)).toThrow(/--dbt-project/);
  });
});
