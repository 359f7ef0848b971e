import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asideOf, formerOf, removeLeftovers } from '../../src/support/asides.js';
import {
  fileHash,
  publishDirectory,
  readText,
  readTextIfThere,
  replaceDirectory,
  writeFileAtomic,
  writeTextAtomic,
} from '../../src/support/atomic-files.js';
import { textHash } from '../../src/support/canonical-json.js';
import { readPointer, writePointer } from '../../src/support/pointer.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dpb-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: readonly string[]): string => join(folder, ...names);

describe('a file written at once', () => {
  it('is there whole, with the folders above it and nothing beside it', () => {
    writeTextAtomic(at('a', 'b.txt'), 'größe\n');
    writeTextAtomic(at('a', 'b.txt'), 'two\n');
    expect(readText(at('a', 'b.txt'))).toBe('two\n');
    writeFileAtomic(at('a', 'bytes'), new Uint8Array([0, 255, 7]));
    expect([...readFileSync(at('a', 'bytes'))]).toEqual([0, 255, 7]);
    expect(readdirSync(at('a')).toSorted()).toEqual(['b.txt', 'bytes']);
  });

  it('keeps the former content when writing fails midway, and leaves nothing aside', async () => {
    writeTextAtomic(at('kept.txt'), 'old');
    // A limit on file sizes makes the disk "full" after 1,024 bytes.
    const script = `import('${join(import.meta.dirname, '../../dist/support/atomic-files.js')}').then((files) => {
      process.on('SIGXFSZ', () => undefined);
      try { files.writeTextAtomic('${at('kept.txt')}', 'x'.repeat(5000)); } catch (error) { process.stdout.write(error.code); }
    });`;
    const { stdout } = await execa('bash', ['-c', 'ulimit -f 1; exec "$0" "$@"', process.execPath, '-e', script]);
    expect(stdout).toBe('io.write');
    expect(readdirSync(folder)).toEqual(['kept.txt']);
    expect(readText(at('kept.txt'))).toBe('old');
  });

  it('is an io.write error with the path where it cannot be', () => {
    writeFileSync(at('file'), '');
    expect(() => writeTextAtomic(at('file', 'inside'), 'x')).toThrow(
      expect.objectContaining({ code: 'io.write', exitCode: 74 }),
    );
  });
});

describe('reading', () => {
  it('tells a file that is missing from one that cannot be read', () => {
    expect(readTextIfThere(at('missing'))).toBeNull();
    expect(() => readText(at('missing'))).toThrow(expect.objectContaining({ code: 'io.read', exitCode: 74 }));
    mkdirSync(at('folder'));
    expect(() => readTextIfThere(at('folder'))).toThrow(expect.objectContaining({ code: 'io.read' }));
  });

  it('hashes what is there', async () => {
    writeTextAtomic(at('x'), 'abc');
    expect(await fileHash(at('x'))).toBe(textHash('abc'));
    await expect(fileHash(at('missing'))).rejects.toMatchObject({ code: 'io.read' });
  });
});

describe('a folder published at once', () => {
  const file = (path: string, text: string, executable = false) => ({ path, text, executable });

  it('holds the given files and nothing of before', () => {
    publishDirectory(at('product'), [file('old.txt', 'old'), file('same.txt', '1')]);
    publishDirectory(at('product'), [file('same.txt', '2'), file('etl/run.py', '#!', true)]);
    expect(readdirSync(at('product')).toSorted()).toEqual(['etl', 'same.txt']);
    expect(readText(at('product', 'same.txt'))).toBe('2');
    expect(statSync(at('product', 'etl', 'run.py')).mode & 0o111).toBe(0o111);
    expect(readdirSync(folder)).toEqual(['product']);
  });

  it('never writes outside, and stays as it was when a file cannot be written', () => {
    publishDirectory(at('product'), [file('a', '1')]);
    expect(() => publishDirectory(at('product'), [file('a', '2'), file('../escaped', 'x')])).toThrow(/outside/);
    expect(() => publishDirectory(at('product'), [file('a', '2'), file('a/b', 'x')])).toThrow(
      expect.objectContaining({ code: 'io.write' }),
    );
    expect(existsSync(at('escaped'))).toBe(false);
    expect(readText(at('product', 'a'))).toBe('1');
    expect(readdirSync(folder)).toEqual(['product']);
  });

  it('is put back when the new one cannot take its place', () => {
    mkdirSync(at('product'));
    writeFileSync(at('product', 'a'), '1');
    expect(() => replaceDirectory(at('nothing'), at('product'))).toThrow(expect.objectContaining({ code: 'io.write' }));
    expect(readText(at('product', 'a'))).toBe('1');
    chmodSync(folder, 0o700);
  });
});

describe('what a killed process left aside', () => {
  /** A name as a process that is long gone would have made it. */
  const ofTheDead = (path: string): string => path.replace(`.${process.pid}.`, '.999999999.');

  it('is removed, but not what a running process still writes', () => {
    const [dead, running] = [ofTheDead(asideOf(at('x'))), asideOf(at('x'))];
    mkdirSync(dead);
    mkdirSync(running);
    writeFileSync(at('.x.new.tmp'), 'somebody else named it so');
    removeLeftovers(folder);
    expect(readdirSync(folder).toSorted()).toEqual([basename(running), '.x.new.tmp'].toSorted());
  });

  it('is put back where nothing took its place', () => {
    const former = ofTheDead(formerOf(at('x')));
    mkdirSync(former);
    writeFileSync(join(former, 'a'), '1');
    removeLeftovers(folder);
    expect(readText(at('x', 'a'))).toBe('1');
    mkdirSync(former);
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(['x']);
  });
});

describe('a pointer', () => {
  it('names one of its neighbours and is replaced at once', () => {
    for (const name of ['one', 'two']) {
      mkdirSync(at(name));
      writeFileSync(at(name, 'f'), name);
      writePointer(at('current'), name);
      expect(readPointer(at('current'))).toBe(name);
      expect(readText(at('current', 'f'))).toBe(name);
    }
    expect(readdirSync(folder).toSorted()).toEqual(['current', 'one', 'two']);
    expect(readPointer(at('none'))).toBeNull();
  });

  it('does not replace a folder that somebody made in its place', () => {
    mkdirSync(at('current'));
    expect(() => writePointer(at('current'), 'one')).toThrow(expect.objectContaining({ code: 'io.write' }));
    expect(readdirSync(folder)).toEqual(['current']);
  });
});
