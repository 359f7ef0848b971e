// What a model that is right in a share of the cases is worth beside dpb's own reading, as `dpb eval --llm` measures it. The cases
// are those of the tuning benchmark whose gold is lifted to a plan by hand (tests/bench/lifted/): the simulated model answers
// with that plan where it is to be right, else with the plan of another case of the same database. Run after `npm run build`:
//   node tests/bench/simulated-models.mjs [--cases DIR] [--shares 0.3,0.6,0.9] [--threshold 0.5] [--limit N]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { liftedDatabases } from './lifted/all-plans.mjs';
import { planOf } from './lifted/notation.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    shares: { type: 'string', default: '0.3,0.6,0.9' },
    threshold: { type: 'string', default: '0.5' },
    limit: { type: 'string', default: '1000' },
  },
});
const load = async (path) => await import(join(root, 'dist', path));
const { evaluate } = await load('pipeline/evaluate.js');
const { openModel } = await load('pipeline/model.js');
const { readSettings } = await load('pipeline/settings.js');
const { findWorkspace } = await load('pipeline/workspace.js');

const scratch = mkdtempSync(join(tmpdir(), 'dpb-simulated-'));
const cases = resolve(options.cases);

/** Each lifted case by the words of its request: the plan that is right, and one that is not. Writes its cases beside the data. */
function simulated() {
  const byRequest = new Map();
  const folders = [];
  const lifted = new Map();
  for (const { family, database, plans } of [...liftedDatabases('chosen'), ...liftedDatabases('rare')])
    lifted.set(join(family, database), { ...lifted.get(join(family, database)), ...plans });
  for (const [path, plans] of lifted) {
    const folder = join(cases, path);
    if (!existsSync(folder)) continue;
    const lines = readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n');
    const golden = lines
      .flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line)]))
      .filter(({ id }) => id in plans);
    const ids = golden.map(({ id }) => id);
    if (ids.length < 2) continue;
    if (byRequest.size >= Number(options.limit)) break;
    const place = join(scratch, 'cases', path);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'cases.jsonl'), golden.map((one) => JSON.stringify(one)).join('\n'));
    for (const beside of ['bronze', 'expected', 'glossary.yaml'])
      if (existsSync(join(folder, beside))) symlinkSync(join(folder, beside), join(place, beside));
    for (const [index, { id, request }] of golden.entries())
      byRequest.set(request, { id, right: planOf(plans[id]), wrong: planOf(plans[ids[(index + 1) % ids.length]]) });
    folders.push(place);
  }
  return { byRequest, folders };
}

/** A number from 0 to 1 that looks random and is the same each time. */
const chanceOf = (text) => Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 8), 16) / 2 ** 32;

async function startServer(byRequest) {
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const { model, messages } = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    const known = byRequest.get(JSON.parse(messages[1].content).request);
    const isRight = known !== undefined && chanceOf(known.id) < Number(model.replace('right-', ''));
    const plan = known === undefined ? null : isRight ? known.right : known.wrong;
    const content = JSON.stringify({ reading: plan?.query ?? null, missing: [] });
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }], usage }));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

const { byRequest, folders } = simulated();
const server = await startServer(byRequest);
writeFileSync(join(scratch, 'dpb.yaml'), '');
const settings = { ...readSettings(findWorkspace(scratch), { data: [scratch], threads: 1 }, {}) };
const percent = (share) => `${(100 * share).toFixed(1)} %`;
for (const share of options.shares.split(',')) {
  const llm = {
    ...settings.llm,
    mode: 'require',
    baseUrl: `http://127.0.0.1:${server.address().port}/v1`,
    model: `right-${share}`,
    key: () => 'key-of-no-one',
    price: { input: 0, output: 0 },
    callsPerMinute: 100_000,
  };
  const world = { environment: {}, now: Date.now, random: () => 0 };
  const report = await evaluate({
    settings,
    paths: folders,
    filter: { wording: 'original', categories: [], limit: null },
    request: {
      text: '',
      name: null,
      owner: null,
      sla: null,
      useCaseId: null,
      asOf: '2025-01-01',
      time: settings.time,
      unmatched: 'drop',
      strict: false,
      chosen: null,
      threshold: Number(options.threshold),
    },
    resultsDirectory: null,
    modelFor: (scope, onNote) => openModel(settings.workspace, llm, { ...world, scope, onNote }),
    judgeFor: null,
    onOutcome: () => undefined,
    onProgress: () => undefined,
  });
  const { deterministic, model, both, crossChecked, trust, cases: count } = report.model;
  const gap = model.accuracy - deterministic.accuracy;
  const gained = gap <= 0 ? '-' : percent((both.accuracy - deterministic.accuracy) / gap);
  console.log(
    `${count} cases, a model right in ${percent(Number(share))}: without ${percent(deterministic.accuracy)}, the model alone ${percent(model.accuracy)}, ` +
      `both ${percent(both.accuracy)} (cross-checked ${percent(crossChecked.accuracy)}), of the gap ${gained}; taken below ${trust.below}`,
  );
}
server.close();
rmSync(scratch, { recursive: true, force: true });
