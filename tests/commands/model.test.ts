import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { llmFolder, writeTrust } from '../../src/pipeline/model.js';
import { readSettings } from '../../src/pipeline/settings.js';
import { findWorkspace } from '../../src/pipeline/workspace.js';
import { key } from '../llm/gateway-cases.js';
import { answerWith, libraryTables, loansByBranch, writeTables } from '../llm/library.js';
import { fail, type ModelServer, say, startModelServer } from '../llm/model-server.js';
import { makeWorkspace, repository, type TestWorkspace, treeHashes } from './workspace.js';

const guard = pathToFileURL(fileURLToPath(new URL('../llm/no-network.mjs', import.meta.url))).href;
const keyed = { DPB_LLM_API_KEY: key };
const asOf = ['--as-of', '2026-03-15'];
/** What the deterministic reading does not understand. */
const unclear = 'wobbliness of the zorbs';
const plain = 'number of loans by state';

let server: ModelServer;
const workspaces: TestWorkspace[] = [];

/** A workspace over the library, with a model configured; `below` is the bound that was measured of it. */
function library(below = 2): TestWorkspace {
  const workspace = makeWorkspace();
  workspaces.push(workspace);
  writeTables(join(workspace.folder, 'data'), libraryTables);
  writeFileSync(
    join(workspace.folder, 'dpb.yaml'),
    `data: data\nllm: {base_url: "${server.url}", model: scripted, price: {input: 2, output: 8}, deadline_seconds: 5}\n`,
  );
  const found = findWorkspace(workspace.folder);
  writeTrust(found, readSettings(found, {}, {}).llm, { below, right: 0.9, agreed: 0.95 }, 40);
  return workspace;
}

function products(workspace: TestWorkspace): Readonly<Record<string, string>> {
  return treeHashes(join(workspace.folder, 'products'));
}

function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.duckdb'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

beforeAll(async () => {
  server = await startModelServer((asked, response) => say(asked, response, answerWith(loansByBranch)));
});
afterEach(() => {
  server.behave((asked, response) => say(asked, response, answerWith(loansByBranch)));
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await server.close();
});

describe('without a key', () => {
  it('no socket is opened and no name looked up, and the product is that of --llm off', async () => {
    const workspace = library();
    const environment = { NODE_OPTIONS: `--import ${guard}` };
    const auto = await workspace.dpbProcess(['generate', plain, '--name', 'loans', '--no-build', ...asOf], environment);
    expect(auto).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('NETWORK') });
    const before = products(workspace);
    const off = ['generate', plain, '--name', 'loans', '--no-build', '--force', '--llm', 'off', ...asOf];
    expect((await workspace.dpbProcess(off, { ...environment, ...keyed })).exitCode).toBe(0);
    expect(products(workspace)).toEqual(before);
    const required = await workspace.dpbProcess(['ask', plain, '--llm', 'require', ...asOf], environment);
    expect(required).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('llm.not_configured') });
    // The guard bites: with a key it is the model that is asked.
    expect((await workspace.dpbProcess(['ask', unclear, ...asOf], { ...environment, ...keyed })).exitCode).toBe(99);
  });
});

describe('a model that fails', () => {
  it('leaves the product as it is without, byte by byte, and the journal tells', async () => {
    server.behave((_asked, response) => fail(response, 400));
    const workspace = library();
    const generate = ['generate', plain, '--name', 'loans', '--no-build', ...asOf];
    const failed = await workspace.dpb([...generate, '--run-id', 'failed'], keyed);
    expect(failed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('left out') });
    const before = products(workspace);
    expect((await workspace.dpb([...generate, '--force', '--llm', 'off'])).exitCode).toBe(0);
    expect(products(workspace)).toEqual(before);
    const events = readFileSync(join(workspace.folder, '.dpb/runs/failed/events.jsonl'), 'utf8');
    expect(events).toContain('"outcome":"no reading"');
    const required = await workspace.dpb(['ask', plain, '--llm', 'require', ...asOf], keyed);
    expect(required).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('llm.refused') });
    expect(everythingIn(workspace.folder)).not.toContain(key);
    const letters = readdirSync(join(llmFolder(findWorkspace(workspace.folder)), 'dead-letters'));
    server.behave((asked, response) => say(asked, response, answerWith(loansByBranch)));
    const retried = await workspace.dpb(['llm', 'retry', letters[0]?.replace('.json', '') ?? ''], keyed);
    expect(retried.exitCode).toBe(0);
  });
});

describe('a model that is trusted', () => {
  it('makes a product; a rerun asks nothing, gives the same bytes, and so does a replay without a server', async () => {
    const workspace = library();
    const asked = server.asked.length;
    const generate = ['generate', unclear, '--name', 'loans', ...asOf];
    const first = await workspace.dpb([...generate, '--record', 'kept'], keyed);
    expect(first.exitCode).toBe(0);
    expect(server.asked).toHaveLength(asked + 1);
    const before = products(workspace);
    expect((await workspace.dpb([...generate, '--force'], keyed)).exitCode).toBe(0);
    expect(server.asked).toHaveLength(asked + 1);
    expect(products(workspace)).toEqual(before);
    const guarded = { NODE_OPTIONS: `--import ${guard}` };
    const replayed = await workspace.dpbProcess([...generate, '--force', '--replay', 'kept'], guarded);
    expect(replayed.exitCode).toBe(0);
    expect(products(workspace)).toEqual(before);
    expect(everythingIn(workspace.folder)).not.toContain(key);

    const stats = await workspace.dpb(['runs', 'stats', '--json', '--metrics-file', 'dpb.prom']);
    expect(JSON.parse(stats.stdout)).toMatchObject({
      runs: 3,
      llm: { attempts: 1, cached: 1, outcomes: { answered: 1 } },
    });
    const metrics = readFileSync(join(workspace.folder, 'dpb.prom'), 'utf8');
    expect(metrics).toContain('dpb_llm_attempts_total{outcome="answered"} 1');
    expect(metrics).toContain('dpb_llm_cache_hits_total 1');
  });

  it('is asked once more by a run that was killed while it thought, and by none that goes on after', async () => {
    const workspace = library();
    let waiting: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    server.behave(() => waiting());
    const asked = server.asked.length;
    const generate = ['generate', unclear, '--name', 'loans', '--no-build', '--run-id', 'cut', ...asOf];
    const child = execa(process.execPath, [join(repository, 'bin/dpb.js'), ...generate], {
      cwd: workspace.folder,
      env: keyed,
      reject: false,
    });
    await reached;
    child.kill('SIGKILL');
    await child;
    expect(existsSync(join(workspace.folder, 'products'))).toBe(false);
    server.behave((one, response) => say(one, response, answerWith(loansByBranch)));
    expect((await workspace.dpb(['resume', 'cut'], keyed)).exitCode).toBe(0);
    expect(server.asked).toHaveLength(asked + 2);
    const before = products(workspace);
    expect((await workspace.dpb(['resume', 'cut'], keyed)).exitCode).toBe(0);
    expect(server.asked).toHaveLength(asked + 2);
    expect(products(workspace)).toEqual(before);
    const stats = await workspace.dpb(['runs', 'stats', '--json']);
    const { llm }: { readonly llm: { readonly unsettled: number; readonly dollars: number } } = JSON.parse(
      stats.stdout,
    );
    expect(llm.unsettled).toBe(1);
    expect(llm.dollars).toBeGreaterThan(0.05);
  });
});

describe('settings of a model', () => {
  it('that are wrong are told with their place', async () => {
    const workspace = library();
    writeFileSync(join(workspace.folder, 'dpb.yaml'), 'data: data\nllm:\n  modl: x\n');
    const wrong = await workspace.dpb(['ask', plain]);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('dpb.yaml:3:') });
  });

  it('never send the key of OpenAI to another address that a dpb.yaml names', async () => {
    const workspace = library();
    const asked = server.asked.length;
    await workspace.dpb(['ask', unclear, ...asOf], { OPENAI_API_KEY: 'sk-somebody-else-0123456789' });
    expect(server.asked).toHaveLength(asked);
  });
});
