import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWith } from '../llm/library.js';
import { type Asked, embed, fail, type ModelServer, say, startModelServer } from '../llm/model-server.js';
import { makeWorkspace, type TestWorkspace } from './workspace.js';

/** 25 names and values that sam may not learn of: of tables, columns, cells, terms, metrics, owners, and what is written of them. */
const denied = [
  ...['quixotic', 'frumious', 'vorpal', 'jabberwock', 'zorblatt', 'mimsy', 'borogove', 'outgrabe', 'bandersnatch'],
  ...['tulgey', 'whiffle', 'burble', 'snickersnack', 'galumph', 'frabjous', 'callooh', 'callay', 'chortle', 'manxome'],
  ...['uffish', 'brillig', 'slithy', 'gimbled', 'wabe', 'momeraths'],
];

const letters = (seed: number, length = 24): string =>
  Array.from(
    { length },
    (_none, place) => 'abcdefghjkmnpqrstuvwxyz23456789'[(seed * 7 + place * (seed + 3)) % 31],
  ).join('');

/** Secrets by their value alone, in the environment. */
const environment = {
  DPB_LLM_API_KEY: `plain${letters(1)}`,
  OPENLINEAGE_API_KEY: `plain${letters(2)}`,
  NEO4J_PASSWORD: `plain${letters(3)}`,
  SHOP_DB_PASSWORD: `plain${letters(4)}`,
  CLOUD_SECRET: `plain${letters(5)}`,
  DEPLOY_TOKEN: `plain${letters(6)}`,
};

/** Secrets by their form, where people and machines write: by the place that each is planted in. */
const formed = {
  metadata: `AKIA${letters(11, 16).toUpperCase()}`,
  table: `ghp_${letters(12, 36)}`,
  column: `glpat-${letters(13, 20)}`,
  synonym: `xoxb-${letters(14, 24)}`,
  term: `npm_${letters(15, 36)}`,
  metric: `hf_${letters(16, 34)}`,
  label: `AIza${letters(17, 35)}`,
  rule: `sk-proj-${letters(18, 20)}7${letters(19, 20)}`,
  owner: `github_pat_${letters(20, 40)}`,
  note: `rk_live_${letters(21, 12)}3${letters(22, 12)}`,
  address: letters(23, 14),
  header: letters(24, 30),
  assigned: letters(25, 14),
  cell: `AKIA${letters(26, 16).toUpperCase()}`,
  rare: `ghp_${letters(27, 36)}`,
  request: `sk-proj-${letters(28, 20)}5${letters(29, 20)}`,
  failure: `glpat-${letters(30, 20)}`,
  proposal: `ghp_${letters(31, 36)}`,
  sql: `npm_${letters(32, 36)}`,
};
const secrets = [...Object.values(environment), ...Object.values(formed)];

const glossary = {
  terms: [
    { term: 'jabberwock', synonyms: ['galumph'], definition: 'Of the zorblatt', maps_to: 'people.zorblatt' },
    {
      term: 'visitor',
      synonyms: ['guest', 'zorblatt holder'],
      definition: `Somebody; ${formed.term}`,
      maps_to: 'people',
    },
    { term: 'uffish guest', definition: 'manxome', maps_to: 'bandersnatch' },
  ],
  metrics: [
    { name: 'vorpal_sum', label: 'Callooh total', table: 'quixotic', expression: 'sum(frumious)' },
    {
      name: 'spending',
      label: `Spending ${formed.label}`,
      table: 'visits',
      expression: 'sum(paid)',
      description: `Paid. ${formed.metric}`,
    },
    { name: 'callay', table: 'people', expression: 'sum(zorblatt)', description: 'chortle' },
  ],
  tables: {
    visits: { description: `Each visit; bonuses in quixotic`, synonyms: ['stays', formed.synonym] },
    people: {
      description: `Who came. ${formed.table}`,
      columns: {
        town: { description: `Where they live. ${formed.column}` },
        zorblatt: { synonyms: ['whiffle', 'tulgey'], description: 'burble' },
      },
    },
    quixotic: { description: 'snickersnack', owner: 'frabjous' },
  },
  rules: [
    { id: 'paid_there', table: 'visits', condition: 'paid > 0', description: `Paid. ${formed.rule}` },
    { id: 'slithy_there', table: 'people', condition: 'zorblatt > 0' },
  ],
  owners: [
    { name: 'Ann', contact: `https://ann:${formed.address}@example.org`, owns: ['visits', 'spending'] },
    { name: 'brillig', contact: 'gimbled', owns: ['quixotic'] },
  ],
  answers: [{ request: 'sum of frumious', reading: 'wabe of quixotic' }],
  notes: [`The key is ${formed.note}`, `Authorization: Bearer ${formed.header}`, `api_key: ${formed.assigned}`],
  roles: [
    { role: 'staff', users: ['sam', 'boss'] },
    { role: 'momeraths', users: ['boss'] },
  ],
  policy: {
    datasets: { visits: ['staff'], people: ['staff'], quixotic: ['momeraths'], bandersnatch: ['momeraths'] },
    columns: { 'people.zorblatt': ['momeraths'], 'people.mimsy': ['momeraths'] },
  },
};

let workspace: TestWorkspace;
let server: ModelServer;
/** What each command said, and what went over the wire. */
const said: { readonly what: string; readonly text: string }[] = [];

function answer(asked: Asked, { body }: Asked, response: Parameters<typeof say>[1]): void {
  if (asked.text.includes('resourceSpans') || asked.text.includes('eventType')) {
    response.end('{}');
    return;
  }
  if (body.input !== undefined) {
    embed(asked, response, (text) => [text.length % 7, 1, text.length % 3]);
    return;
  }
  if (asked.text.includes('broken')) {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `key ${formed.failure} of ${environment.DPB_LLM_API_KEY}` } }));
    return;
  }
  const purpose = /"json_schema":\{"name":"(\w+)"/.exec(asked.text)?.[1];
  if (purpose === 'describe') {
    const columns = [{ name: 'town', label: null, description: `The town ${formed.proposal}.` }];
    say(asked, response, JSON.stringify({ description: `Says ${environment.DEPLOY_TOKEN}.`, columns, rules: [] }));
  } else if (purpose === 'logic') {
    const columns = [{ name: 'town', type: 'text', description: `Towns ${formed.sql}` }];
    say(asked, response, JSON.stringify({ columns, sql: 'SELECT town FROM people' }));
  } else if (purpose === 'intent') say(asked, response, answerWith(null));
  else fail(response, 400);
}

beforeAll(async () => {
  expect([denied.length, secrets.length, new Set([...denied, ...secrets]).size]).toEqual([25, 25, 50]);
  server = await startModelServer((asked, response) => answer(asked, asked, response));
  workspace = makeWorkspace();
  const table = (name: string, text: string): void => {
    const folder = join(workspace.folder, 'data', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.csv`), text);
  };
  const people = Array.from({ length: 30 }, (_none, place) => {
    const key = place === 3 ? formed.rare : place % 2 === 0 ? formed.cell : 'none';
    return `${place + 1},${place % 3 === 0 ? 'Rome' : 'Oslo'},${place},borogove ${place % 4},${key}`;
  });
  table('people', `person_id,town,zorblatt,mimsy,access_note\n${people.join('\n')}\n`);
  const visits = Array.from({ length: 30 }, (_none, at) => `${at + 1},${at + 1},2026-0${1 + (at % 3)}-05,${at}`);
  table('visits', `visit_id,person_id,came_on,paid\n${visits.join('\n')}\n`);
  const described = { description: `From the till, see ${formed.metadata}` };
  writeFileSync(join(workspace.folder, 'data/visits/_metadata.json'), JSON.stringify(described));
  table('quixotic', 'bonus_id,visit_id,frumious\n1,1,100\n2,2,200\n');
  table('bandersnatch', 'id,outgrabe\n1,borogove\n2,borogove\n');
  writeFileSync(join(workspace.folder, 'glossary.yaml'), JSON.stringify(glossary));
  const price = 'price: {input: 2, output: 8}, embedding: {model: vectors, price: 1}';
  writeFileSync(
    join(workspace.folder, 'dpb.yaml'),
    `data: data\nllm: {base_url: "${server.url}", model: scripted, values: true, ${price}, deadline_seconds: 5}\n`,
  );
  const cases = { id: 'one', request: 'spending by town', category: 'agg', gold_sql: 'SELECT 1 AS a', data: '../data' };
  mkdirSync(join(workspace.folder, 'golden'));
  writeFileSync(join(workspace.folder, 'golden/cases.jsonl'), `${JSON.stringify(cases)}\n`);
});
afterAll(async () => {
  workspace.remove();
  await server.close();
});

/** All files below the workspace but for what a person wrote there, as text; those of archives unpacked. */
function files(isLeftOut: (path: string) => boolean): readonly { readonly what: string; readonly text: string }[] {
  return readdirSync(workspace.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace.folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/^(?:data|golden)\/|^(?:glossary|dpb)\.yaml$/u.test(path) && !isLeftOut(path))
    .map((path) => {
      const bytes = readFileSync(join(workspace.folder, path));
      return { what: path, text: `${path}\n${(path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')}` };
    });
}

const commands: readonly (readonly string[])[] = [
  ['scan', '--full', '--verbose'],
  ['scan', '--json'],
  ['ask', 'spending by town', '--verbose', '--json'],
  ['ask', 'spending by town', '--format', 'csv'],
  ['ask', 'spending by town', '--format', 'parquet', '--output', 'asked.parquet'],
  ['ask', 'wobbliness of the guests', '--verbose', '--record', 'recorded'],
  ['ask', 'wobbliness of the guests', '--model-sql', '--json', '--verbose'],
  ['ask', 'wobbliness of the guests', '--model-sql', '--format', 'csv'],
  ['ask', 'wobbliness of broken guests', '--verbose', '--json'],
  ['ask', `people whose access note is ${formed.request}`, '--verbose'],
  ['generate', `spending where key is ${formed.request}`, '--verbose', '--json'],
  ['generate', 'spending by town', '--name', formed.request],
  ['ask', 'total frumous by town'],
  ['ask', 'quixotc by month', '--json'],
  ['ask', 'how many jaberwocks and momerath'],
  ['ask', 'people by mimsi', '--llm', 'require'],
  ['ask', 'people with borogov', '--json', '--verbose'],
  ['explain', 'spending by town', '--plan', '--json'],
  ['explain', 'averge zorblat by town'],
  ['explain', 'calay by town', '--json'],
  ['generate', 'spending by town', '--dry-run', '--verbose'],
  [
    'generate',
    'spending by town',
    '--name',
    'spending',
    '--run-id',
    'first',
    '--propose',
    '--verbose',
    '--dbt-project',
    'dbt',
  ],
  ['generate', 'spending by month', '--name', 'monthly', '--run-id', 'second', '--as-of', '2026-04-01'],
  ['generate', 'people by access note', '--name', 'notes', '--run-id', 'third'],
  ['generate', 'visits by vorpl', '--run-id', 'lost'],
  ['resume', 'first', '--verbose'],
  ['build', 'spending', '--force', '--json'],
  ['build', 'monthly', '--incremental', '--as-of', '2026-05-01', '--verbose'],
  ['verify', 'spending', '--json'],
  ['verify', 'monthly', '--mutate', '--json'],
  ['trace', 'spending', 'town=Oslo', '--json'],
  ['lineage', 'show', 'spending'],
  ['lineage', 'emit', 'spending', '--dry-run'],
  ['lineage', 'emit', 'spending', '--url', 'SERVER'],
  ['catalog', 'search', 'zorblat quixotc frumous voral jaberwock visits people', '--json'],
  ['export', 'spending', '--to', 'exported'],
  ['export', 'spending', '--to', 'exported.tar.gz'],
  ['export', 'spending', '--format', 'dbt', '--to', 'exported-dbt'],
  ['export', 'monthly', '--format', 'odcs'],
  ['export', 'notes', '--format', 'sql'],
  ['graph', 'show'],
  ['graph', 'export', 'graph.jsonl'],
  ['runs', 'list', '--json'],
  ['runs', 'show', 'first'],
  ['runs', 'show', 'lost', '--json'],
  ['runs', 'stats', '--json', '--metrics-file', 'dpb.prom'],
  ['eval', 'golden', '--failures', '--llm', '--report', 'report.json', '--results', 'results'],
  ['llm', 'retry', 'LETTER', '--verbose'],
];

/** The places of these words, by any case. */
function hits(words: readonly string[], texts: readonly { readonly what: string; readonly text: string }[]): string[] {
  return texts.flatMap(({ what, text }) => {
    const lower = text.toLowerCase();
    return words.flatMap((word) => {
      const at = lower.indexOf(word.toLowerCase());
      return at === -1 ? [] : [`${word} in ${what}: ${text.slice(Math.max(0, at - 120), at + 60)}`];
    });
  });
}

test('50 planted secrets and denied names are in nothing that any command writes, says or sends', async () => {
  const failed: string[] = [];
  for (const command of commands) {
    const letters = join(workspace.folder, '.dpb/llm/dead-letters');
    const letter = command.includes('LETTER') ? (readdirSync(letters)[0] ?? '').replace('.json', '') : '';
    const words = command.map((word) => (word === 'SERVER' ? server.url : word === 'LETTER' ? letter : word));
    const user = command[0] === 'llm' ? [] : ['--user', 'sam'];
    const told = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: server.url };
    const { exitCode, stdout, stderr } = await workspace.dpb([...words, ...user], told);
    const isTaught = words.some((word) => word.includes(formed.request));
    if (isTaught)
      expect([exitCode, stdout.includes('input.secret') || stderr.includes('input.secret')]).toEqual([2, true]);
    // The answer of the golden case is wrong, and what failed fails again.
    const mayFail = ['eval', 'llm'].includes(words[0] ?? '');
    if ((exitCode === 1 && !mayFail) || exitCode > 3) failed.push(`${exitCode} ${words.join(' ')}\n${stderr}`);
    // What sam typed is what sam knows.
    said.push({ what: command.join(' '), text: `${stdout}\n${stderr}` });
  }
  said.push(...server.asked.map(({ text }, place) => ({ what: `request ${place} to a server`, text })));
  // The catalog and the measurements are dpb's own, of all users.
  const own = files((path) => path.startsWith('.dpb/catalog/'));
  expect(own.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'products/spending/README.md',
      'exported.tar.gz',
      'dpb.prom',
      'report.json',
      'asked.parquet',
    ]),
  );
  expect(said.some(({ text }) => text.includes('resourceSpans'))).toBe(true);
  expect(said.some(({ text }) => text.includes('"name":"describe"'))).toBe(true);
  expect(said.some(({ text }) => text.includes('"name":"logic"'))).toBe(true);
  expect(said.some(({ text }) => text.includes('"input":['))).toBe(true);
  expect(failed).toEqual([]);
  const saidBy = (start: string): string => said.find(({ what }) => what.startsWith(start))?.text ?? '';
  expect(saidBy('runs stats')).toMatch(/"retries":[2-9]/u);
  const asCsv = saidBy('ask wobbliness of the guests --model-sql --format csv');
  expect(asCsv).toMatch(/^town,made_by\r?\n(?:(?:Oslo|Rome),language_model\r?\n){30}/u);
  expect(hits(denied, [...said, ...own])).toEqual([]);
  // Rows that somebody asked for are theirs.
  const isAskedFor = (path: string): boolean => /^gold\/notes\/.*\.parquet$/u.test(path);
  expect(hits(secrets, [...said, ...files(isAskedFor)])).toEqual([]);
});
