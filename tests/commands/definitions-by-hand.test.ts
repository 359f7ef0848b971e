import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

let workspace: TestWorkspace;
const at = (...names: readonly string[]): string => join(workspace.folder, ...names);

beforeEach(async () => {
  workspace = makeWorkspace();
  mkdirSync(at('data/bronze'), { recursive: true });
  writeFileSync(at('data/bronze/boats.csv'), 'boat_id,port,length\n1,Oslo,7.5\n2,Bergen,9\n3,Oslo,12\n');
  const done = await workspace.dpb(['generate', 'total length by port', '--name', 'lengths', '--as-of', '2026-06-15']);
  expect(done.exitCode, done.stderr).toBe(0);
});
afterEach(() => workspace.remove());

const build = (asOf: string) => workspace.dpb(['build', 'lengths', '--as-of', asOf]);

describe('a definition that a person changed', () => {
  it('follows the product file, whose own text stays, and leaves alone what was edited beside it', async () => {
    const path = at('products/lengths/lengths.dpb.yaml');
    const text = readFileSync(path, 'utf8').replace('title: Lengths', 'title: Boats by port # as people say');
    expect(text).toContain('as people say');
    writeFileSync(path, text);
    const done = await build('2026-06-15');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(done.stderr).toMatch(/written anew from lengths\.dpb\.yaml: .*README\.md/);
    expect(readFileSync(at('products/lengths/README.md'), 'utf8')).toContain('# Boats by port');
    expect(readFileSync(path, 'utf8')).toBe(text);
    appendFileSync(at('products/lengths/product.sql'), '-- mine\n');
    const again = await build('2026-06-15');
    expect(again.stderr).toContain('edited by hand: product.sql of "lengths"');
    expect(readFileSync(at('products/lengths/product.sql'), 'utf8')).toContain('-- mine');
    const verified = await workspace.dpb(['verify', 'lengths']);
    expect(verified.exitCode).toBe(0);
    expect(verified.stderr).toContain('edited by hand: product.sql');
    rmSync(at('products/lengths/product.sql'));
    expect((await build('2026-06-15')).stderr).toContain('product.sql');
    expect(existsSync(at('products/lengths/product.sql'))).toBe(true);
  });
});

describe('builds', () => {
  it('of an earlier date leave the newest one current', async () => {
    const newest = readlinkSync(at('gold/lengths/current'));
    const earlier = await build('2026-01-01');
    expect(earlier.exitCode, earlier.stderr).toBe(0);
    expect(earlier.stderr).toContain(`current stays ${newest}`);
    expect(readlinkSync(at('gold/lengths/current'))).toBe(newest);
    expect((await build('2026-01-01')).stderr).toContain(`current stays ${newest}`);
    await build('2026-07-01');
    expect(readlinkSync(at('gold/lengths/current'))).toMatch(/^2026-07-01-/);
  });

  it('are one at a time, and take over from one that died', async () => {
    writeFileSync(at('gold/lengths/.building'), `${process.pid} ${hostname()}\n`);
    const locked = await build('2026-07-01');
    expect(locked.exitCode).toBe(75);
    expect(locked.stderr).toContain('[io.locked]');
    // No process has an id beyond the largest that systems give.
    writeFileSync(at('gold/lengths/.building'), `99999999 ${hostname()}\n`);
    const done = await build('2026-07-01');
    expect(done.exitCode, done.stderr).toBe(0);
    expect(readdirSync(at('gold/lengths'))).not.toContain('.building');
  });
});

describe('what is not there', () => {
  it('is told by its name: products, folders, files', async () => {
    const verified = await workspace.dpb(['verify', 'lengts']);
    expect(verified.exitCode).toBe(2);
    expect(verified.stderr).toContain('Did you mean "lengths"?');
    const missing = await workspace.dpb(['ask', 'total length by port', '--data', 'nowhere']);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('[data.no_folder]');
    writeFileSync(at('data/bronze/broken.parquet'), 'not Parquet');
    const asked = await workspace.dpb(['ask', 'total length by port']);
    expect(asked.exitCode, asked.stderr).toBe(0);
    expect(asked.stderr).toMatch(/cannot read broken\.parquet/);
  });
});
