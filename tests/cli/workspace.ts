import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The repository, and the two samples in it. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const shopData = join(repository, 'data/bronze');
export const shopGlossary = join(repository, 'data/glossary.yaml');

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A workspace of its own in a temporary folder, and the dpb of this repository to run in it. */
export interface TestWorkspace {
  readonly folder: string;
  /** `input` is what is typed on standard input; nothing unless given. */
  dpb(args: readonly string[], environment?: Readonly<Record<string, string>>, input?: string): Promise<Finished>;
  remove(): void;
}

export function makeWorkspace(): TestWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-test-'));
  writeFileSync(join(folder, 'dpb.yaml'), '');
  return {
    folder,
    dpb: async (args, environment = {}, input) => {
      const done = await execa(process.execPath, [join(repository, 'bin/dpb.js'), ...args], {
        cwd: folder,
        env: environment,
        reject: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
      });
      return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** All files below `folder` as relative path → SHA-256, links as what they name, sorted; for comparing two trees byte by byte. */
export function treeHashes(folder: string): Readonly<Record<string, string>> {
  const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const content = lstatSync(path).isSymbolicLink() ? `link to ${readlinkSync(path)}` : hash(path);
      return [relative(folder, path), content] as const;
    });
  return Object.fromEntries(entries);
}
