import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { vi } from 'vitest';

/** The repository, and the two samples in it. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const shopData = join(repository, 'data/bronze');
export const shopGlossary = join(repository, 'data/glossary.yaml');

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** A workspace of its own in a temporary folder, and the dpb of this repository to run in it. */
export interface TestWorkspace {
  readonly folder: string;
  /** Runs a command line in the process of the test: a tenth of the time of a new process for what is small. One at a time. */
  dpb(args: readonly string[], environment?: Environment): Promise<Finished>;
  /** Runs it as a person does, as a process of its own. `input` is what is typed on standard input; nothing unless given. */
  dpbProcess(args: readonly string[], environment?: Environment, input?: string): Promise<Finished>;
  remove(): void;
}

export function makeWorkspace(): TestWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'dpb-test-'));
  writeFileSync(join(folder, 'dpb.yaml'), '');
  return {
    folder,
    dpb: (args, environment = {}) => oneAtATime(() => runHere(folder, args, environment)),
    dpbProcess: async (args, environment = {}, input) => {
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

let last: Promise<unknown> = Promise.resolve();

/** What a command line changes of its process (streams, folder, variables) is there once. */
function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  const mine = last.then(run, run);
  last = mine;
  return mine;
}

async function runHere(folder: string, args: readonly string[], environment: Environment): Promise<Finished> {
  const { main } = await import('../../src/cli/main.js');
  const written = { stdout: '', stderr: '' };
  const former = { folder: process.cwd(), variables: { ...process.env } };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      written[stream] += chunk.toString();
      return true;
    }),
  );
  process.chdir(folder);
  Object.assign(process.env, environment);
  try {
    const exitCode = await main(args);
    return { exitCode, stdout: withoutLastNewline(written.stdout), stderr: withoutLastNewline(written.stderr) };
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, former.variables);
    process.chdir(former.folder);
    for (const spy of spies) spy.mockRestore();
  }
}

/** As execa gives what a process wrote. */
const withoutLastNewline = (text: string): string => text.replace(/\r?\n$/, '');

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
