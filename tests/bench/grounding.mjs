// How well words are grounded: of the tables, columns and texts that a gold query uses, which are among what some mention of
// the request may denote, and at which rank. Run after `npm run build`:
//   node tests/bench/grounding.mjs [--cases DIR] [--only TEXT] [--misses N] [--hidden] [--json]
// A third of the databases (by the hash of their name) is left out unless --hidden, which then shows figures and no words.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { fold, partsOf, treeOf } from './gold-parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = async (path) => await import(join(root, 'dist', path));
const { scan } = await load('catalog/scan.js');
const { openEmbeddedGraph } = await load('catalog/embedded-graph.js');
const { conceptKey } = await load('intent/concept.js');
const { lexiconOf } = await load('intent/lexicon.js');
const { mentionsOf, questionGroundings } = await load('intent/mentions.js');
const { operatorMentions } = await load('intent/operators.js');
const { timeReadings } = await load('intent/time-phrase.js');
const { stemOf } = await load('intent/word-forms.js');
const { tokensOf } = await load('intent/tokens.js');

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    state: { type: 'string', default: join(tmpdir(), 'dpb-grounding') },
    only: { type: 'string', default: '' },
    misses: { type: 'string', default: '0' },
    hidden: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const ranks = [1, 3, 12];
const wordings = ['original', 'paraphrase', 'synonym'];

const isHidden = (database) => BigInt(`0x${createHash('sha256').update(database).digest('hex')}`) % 3n === 0n;

/** Sums by `family wording`. */
const tallies = new Map();
const misses = [];
const times = [];

function tallyOf(family, wording) {
  const key = `${family} ${wording}`;
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const part = () => ({ asked: 0, found: Object.fromEntries(ranks.map((rank) => [rank, 0])) });
  const made = {
    requests: 0,
    columns: part(),
    told: part(),
    tables: part(),
    literals: part(),
    mentions: 0,
    groundings: 0,
    goldSpans: 0,
    outranked: 0,
  };
  tallies.set(key, made);
  return made;
}

const folds = new Map();
function folded(text) {
  const known = folds.get(text) ?? fold(text);
  folds.set(text, known);
  return known;
}

/** Whether a grounding is the gold part, or (of a value) names its column. */
const isColumn = (name) => (concept) =>
  (concept.kind === 'column' || concept.kind === 'value') && `${concept.dataset}.${concept.column}` === name;
const isTable = (name) => (concept) => concept.kind === 'dataset' && concept.dataset === name;
const isLiteral = (literal) => (concept) =>
  concept.kind === 'value' &&
  `${concept.dataset}.${concept.column}` === literal.column &&
  (folded(concept.value) === literal.folded || (literal.pattern && folded(concept.value).includes(literal.folded)));

/** The best place that a matching grounding has in any mention: 1 more than the number of strictly better ones there. */
function rankOf(mentions, matches) {
  let best = Number.POSITIVE_INFINITY;
  for (const { groundings } of mentions) {
    const hit = groundings.find(({ concept }) => matches(concept));
    if (hit === undefined) continue;
    best = Math.min(best, 1 + groundings.filter(({ score }) => score > hit.score + 1e-9).length);
  }
  return best;
}

/**
 * Columns that a request need not name: the key and the name of a thing whose table is named, a date or year where the
 * request has a time phrase or a year, and what a question or a comparing adjective asks for (`how old`, `heavier than`).
 */
function isImplied(name, catalog, mentions, { tokens, operators, lexicon }) {
  const [table] = name.split('.');
  const dataset = catalog.datasets.find((candidate) => candidate.name === table);
  const column = dataset?.columns.find((candidate) => `${table}.${candidate.name}` === name);
  const naming = column?.role === 'identifier' || /name|title|id$/iu.test(column?.name ?? '');
  if (naming && rankOf(mentions, isTable(table)) <= ranks.at(-1)) return true;
  const timely = column?.role === 'time' || /year|date/iu.test(column?.name ?? '');
  const hasYear = tokens.some(({ number }) => /^(19|20)\d\d$/u.test(number ?? ''));
  if (timely && (hasYear || timeReadings(tokens).length > 0)) return true;
  const asked = [...questionGroundings(operators, lexicon).values()].map((groundings) => ({ groundings }));
  if (rankOf(asked, isColumn(name)) <= ranks.at(-1)) return true;
  const nouns = operators.flatMap(({ operator }) => [...(operator.nouns ?? []), ...(operator.reversed ?? [])]);
  return nouns.some((noun) => (lexicon.byStem.get(stemOf(noun)) ?? []).some(({ concept }) => isColumn(name)(concept)));
}

function note(part, rank, miss) {
  part.asked += 1;
  for (const limit of ranks) if (rank <= limit) part.found[limit] += 1;
  if (rank > ranks.at(-1) && miss !== null) misses.push(miss);
}

async function measure(family, database, wording, text, gold, graph, lexicon) {
  const started = performance.now();
  const tokens = tokensOf(text);
  const mentions = await mentionsOf(tokens, lexicon, graph, 1);
  times.push(performance.now() - started);
  const language = { tokens, operators: operatorMentions(tokens), lexicon };
  const tally = tallyOf(family, wording);
  const missed = (kind, what) => ({ family, database, wording, kind, what, text });
  tally.requests += 1;
  for (const name of gold.columns) {
    const rank = rankOf(mentions, isColumn(name));
    const implied = rank === Number.POSITIVE_INFINITY && isImplied(name, graph.catalog, mentions, language);
    note(tally.columns, rank, null);
    if (!implied) note(tally.told, rank, missed('column', name));
  }
  for (const name of gold.tables) {
    const reached = rankOf(mentions, (concept) => concept.dataset === name) <= ranks.at(-1);
    note(tally.tables, rankOf(mentions, isTable(name)), reached ? null : missed('table', name));
  }
  for (const literal of gold.literals)
    if (!literal.pattern)
      note(
        tally.literals,
        rankOf(mentions, isLiteral(literal)),
        missed('literal', `${literal.column} = ${literal.text}`),
      );
  const isGold = [...gold.columns.map(isColumn), ...gold.tables.map(isTable), ...gold.literals.map(isLiteral)];
  for (const { from, to, groundings } of mentions) {
    tally.mentions += 1;
    tally.groundings += groundings.length;
    const golden = groundings.filter(({ concept }) => isGold.some((matches) => matches(concept)));
    if (golden.length === 0) continue;
    tally.goldSpans += 1;
    const top = Math.max(...golden.map(({ score }) => score));
    const best = groundings.find(({ score }) => score > top + 1e-9);
    if (best === undefined) continue;
    tally.outranked += 1;
    misses.push({
      ...missed('outranked', ''),
      what: `${conceptKey(best.concept)} ${best.score.toFixed(2)} over ${conceptKey(golden[0].concept)} ${top.toFixed(2)} for "${tokens
        .slice(from, to)
        .map(({ text: word }) => word)
        .join(' ')}"`,
    });
  }
}

async function measureDatabase(connection, family, database) {
  const folder = join(options.cases, family, database);
  const glossary = join(folder, 'glossary.yaml');
  const stateDirectory = join(options.state, family, database);
  mkdirSync(stateDirectory, { recursive: true });
  const { catalogPath } = await scan({
    roots: [join(folder, 'bronze')],
    glossaryPath: existsSync(glossary) ? glossary : null,
    stateDirectory,
    threads: 1,
    full: false,
    foldUsage: false,
    onProgress: () => {},
  });
  const graph = await openEmbeddedGraph(catalogPath);
  const lexicon = lexiconOf(graph.catalog);
  for (const line of readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const golden = JSON.parse(line);
    const tree = await treeOf(connection, golden.gold_sql);
    if (tree === null) continue;
    const gold = partsOf(tree, graph.catalog);
    const run = async (wording, text) => await measure(family, database, wording, text, gold, graph, lexicon);
    await run('original', golden.request);
    for (const text of golden.paraphrases ?? []) await run('paraphrase', text);
    if (golden.synonym_request) await run('synonym', golden.synonym_request);
  }
  await graph.close();
}

const percent = (part, whole) => (whole === 0 ? '    -' : `${((100 * part) / whole).toFixed(1).padStart(5)}`);

function print() {
  const head = ranks.map((rank) => `@${rank}`.padStart(5)).join(' ');
  console.log(
    `${'family wording'.padEnd(24)}${'n'.padStart(6)} | columns ${head} | told ${head} | tables ${head} | texts ${head} | noise  outranked`,
  );
  for (const [key, tally] of [...tallies].sort(
    ([left], [right]) =>
      left.split(' ')[0].localeCompare(right.split(' ')[0]) ||
      wordings.indexOf(left.split(' ')[1]) - wordings.indexOf(right.split(' ')[1]),
  )) {
    const part = ({ asked, found }) => ranks.map((rank) => percent(found[rank], asked)).join(' ');
    console.log(
      `${key.padEnd(24)}${String(tally.requests).padStart(6)} |         ${part(tally.columns)} |      ${part(tally.told)} |        ${part(tally.tables)} |       ${part(tally.literals)} | ${(tally.groundings / tally.mentions).toFixed(2).padStart(5)}  ${percent(tally.outranked, tally.goldSpans)}`,
    );
  }
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(`mentionsOf: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms over ${times.length} requests`);
}

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
for (const family of readdirSync(options.cases).sort())
  for (const database of readdirSync(join(options.cases, family)).sort())
    if (isHidden(database) === options.hidden && `${family}/${database}`.includes(options.only))
      await measureDatabase(connection, family, database);
if (options.json) console.log(JSON.stringify(Object.fromEntries(tallies)));
else print();
if (!options.hidden)
  for (const miss of misses.slice(0, Number(options.misses)))
    console.log(
      `${miss.kind.padEnd(7)} ${miss.what}  <- ${miss.wording} ${miss.family}/${miss.database}: ${miss.text}`,
    );
