import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeWorkspace, type TestWorkspace, treeHashes } from './workspace.js';

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

beforeAll(async () => {
  workspace = makeWorkspace();
  mkdirSync(at('data/bronze'), { recursive: true });
  writeFileSync(at('data/bronze/boats.csv'), 'boat_id,port,length\n1,Oslo,7.5\n2,Bergen,9\n3,Oslo,12\n');
  const done = await generate('lengths');
  expect(done.exitCode, done.stderr).toBe(0);
});
afterAll(() => workspace.remove());

const generate = (name: string, extra: readonly string[] = []) =>
  workspace.dpb(['generate', 'total length by port', '--name', name, '--as-of', '2026-06-15', ...extra]);

/** The files below a folder, sorted. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

describe('generate --only', () => {
  it('writes these artifacts, and no later build adds others', async () => {
    const done = await generate('few', ['--only', 'sql, odcs']);
    expect(done.exitCode, done.stderr).toBe(0);
    const files = ['contract.odcs.yaml', 'few.dpb.yaml', 'manifest.json', 'product.sql'];
    expect(filesIn(at('products/few'))).toEqual(files);
    const path = at('products/few/few.dpb.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('title: Few', 'title: A few'));
    rmSync(at('products/few/product.sql'));
    const built = await workspace.dpb(['build', 'few', '--as-of', '2026-06-15']);
    expect(built.exitCode, built.stderr).toBe(0);
    expect(filesIn(at('products/few'))).toEqual(files);
    expect(parse(readFileSync(at('products/few/contract.odcs.yaml'), 'utf8'))).toMatchObject({ name: 'A few' });
  });

  it('goes on with the same after an interruption', async () => {
    await generate('again', ['--only', 'plan', '--run-id', 'cut']);
    const before = treeHashes(at('products/again'));
    rmSync(at('products/again'), { recursive: true });
    const done = await workspace.dpb(['resume', 'cut']);
    expect(done.exitCode, done.stderr).toBe(0);
    expect(treeHashes(at('products/again'))).toEqual(before);
    expect(Object.keys(before)).toEqual(['again.dpb.yaml', 'manifest.json', 'plan.json']);
  });

  it('knows artifacts by near names, before anything is written', async () => {
    const done = await generate('none', ['--only', 'sql,dbtt']);
    expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining('Did you mean "dbt"')]);
    expect(existsSync(at('products/none'))).toBe(false);
  });
});

describe('export', () => {
  const exported = (...args: readonly string[]) => workspace.dpb(['export', 'lengths', ...args]);

  it('hands on the definition with the current build', async () => {
    const done = await exported('--to', 'out/whole');
    expect([done.exitCode, done.stdout]).toEqual([0, '']);
    const whole = Object.entries(treeHashes(at('out/whole')));
    const definition = whole.filter(([path]) => !path.startsWith('build/'));
    expect(Object.fromEntries(definition)).toEqual(treeHashes(at('products/lengths')));
    const build = whole.filter(([path]) => path.startsWith('build/')).map(([path]) => path.slice('build/'.length));
    expect(build).toEqual(Object.keys(treeHashes(at('gold/lengths/current'))));
    expect(readFileSync(at('out/whole/build/lengths.parquet'))).toEqual(
      readFileSync(at('gold/lengths/current/lengths.parquet')),
    );
  });

  it('makes an archive that tar reads, the same bytes each time', async () => {
    expect((await exported('--to', 'a.tar.gz')).exitCode).toBe(0);
    expect((await exported('--to', 'b.tgz')).exitCode).toBe(0);
    expect(readFileSync(at('a.tar.gz'))).toEqual(readFileSync(at('b.tgz')));
    mkdirSync(at('unpacked'));
    await execa('tar', ['-xzf', at('a.tar.gz'), '-C', at('unpacked')]);
    expect(treeHashes(at('unpacked/lengths'))).toEqual(treeHashes(at('out/whole')));
    expect(statSync(at('unpacked/lengths/etl/lengths.py')).mode & 0o111).not.toBe(0);
  });

  it('leaves the build out where none is wanted', async () => {
    expect((await exported('--to', 'text', '--no-build')).exitCode).toBe(0);
    expect(treeHashes(at('text'))).toEqual(treeHashes(at('products/lengths')));
  });

  it('prints an artifact of one file, and writes one of several into a folder', async () => {
    const contract = await exported('--format', 'odcs');
    expect(contract.exitCode).toBe(0);
    expect(`${contract.stdout}\n`).toBe(readFileSync(at('products/lengths/contract.odcs.yaml'), 'utf8'));
    const several = await exported('--format', 'dbt');
    expect([several.exitCode, several.stderr]).toEqual([2, expect.stringContaining('several files')]);
    expect((await exported('--format', 'dbt', '--to', 'models')).exitCode).toBe(0);
    expect(filesIn(at('models/dbt'))).toEqual(filesIn(at('products/lengths/dbt')));
    expect(existsSync(at('models/lengths.dpb.yaml'))).toBe(false);
  });

  it('replaces nothing unasked', async () => {
    mkdirSync(at('taken'));
    writeFileSync(at('taken/mine.txt'), 'mine');
    const refused = await exported('--to', 'taken');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--force')]);
    expect(readdirSync(at('taken'))).toEqual(['mine.txt']);
    expect((await exported('--to', 'taken', '--force', '--json')).exitCode).toBe(0);
    expect(existsSync(at('taken/mine.txt'))).toBe(false);
  });

  it('hands on no build that someone altered', async () => {
    const path = at('gold/lengths/current/evidence.json');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replace('"proved"', '"failed"'));
    const done = await exported('--to', 'altered');
    writeFileSync(path, before);
    expect([done.exitCode, done.stderr]).toEqual([1, expect.stringContaining('evidence.json')]);
    expect(existsSync(at('altered'))).toBe(false);
  });

  it('knows formats and products by near names', async () => {
    const format = await exported('--format', 'contrakt');
    expect([format.exitCode, format.stderr]).toEqual([2, expect.stringContaining('Did you mean "contract"')]);
    const product = await workspace.dpb(['export', 'length', '--to', 'x']);
    expect([product.exitCode, product.stderr]).toEqual([2, expect.stringContaining('Did you mean "lengths"')]);
  });
});
