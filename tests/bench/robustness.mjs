// How much of what is right is lost when the same is asked in other words, and how often dpb answers what it should refuse.
// Run after `npm run build`:
//   node tests/bench/robustness.mjs [--cases DIR] [--threshold N] [--only paraphrase,synonym,next,without] [--limit N] [--list N] [--json]
//     paraphrase, synonym   the same request in the other wordings of its case, against its own wording: loss in points
//     next                  the request asked of the next database of its family by name: share answered
//     without               the request asked of its own database without the first column that the gold query shows: share answered
// The last two count every answer as wrong, though some requests mean something there too.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { firstShownColumn, treeOf } from './gold-parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { evaluate } = await load('pipeline/evaluate.js');
const { readSettings } = await load('pipeline/settings.js');
const { findWorkspace } = await load('pipeline/workspace.js');

const kinds = ['paraphrase', 'synonym', 'next', 'without'];
const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: join(root, '../shared/bench/cases') },
    threshold: { type: 'string' },
    only: { type: 'string', default: kinds.join(',') },
    limit: { type: 'string', default: '0' },
    list: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const wanted = options.only.split(',');
const scratch = mkdtempSync(join(tmpdir(), 'dpb-robustness-'));
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();

/** The folders of databases below `path`, by name: each has a `cases.jsonl`. */
function caseFolders(path) {
  if (existsSync(join(path, 'cases.jsonl'))) return [path];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.includes('.'))
    .flatMap((name) => caseFolders(join(path, name)));
}

function casesIn(folder) {
  const lines = readFileSync(join(folder, 'cases.jsonl'), 'utf8').split('\n');
  const cases = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  return Number(options.limit) > 0 ? cases.slice(0, Number(options.limit)) : cases;
}

/** Asks `cases` of the data in `bronze` by the road of `dpb eval`; the outcomes in order. */
async function ask(cases, bronze, glossary, from) {
  if (cases.length === 0) return [];
  const folder = mkdtempSync(join(scratch, 'ask-'));
  symlinkSync(resolve(bronze), join(folder, 'bronze'));
  if (existsSync(join(from, 'expected'))) symlinkSync(resolve(from, 'expected'), join(folder, 'expected'));
  if (existsSync(glossary)) symlinkSync(resolve(glossary), join(folder, 'glossary.yaml'));
  writeFileSync(join(folder, 'cases.jsonl'), cases.map((golden) => JSON.stringify(golden)).join('\n'));
  const settings = readSettings(
    findWorkspace(folder),
    {
      threads: 1,
      unmatched: 'drop',
      ...(options.threshold === undefined ? {} : { threshold: Number(options.threshold) }),
    },
    {},
  );
  const { outcomes } = await evaluate({
    settings,
    paths: [folder],
    filter: { wording: 'original', categories: [], limit: null },
    request: {
      text: '',
      asOf: '2026-01-01',
      unmatched: 'drop',
      strict: false,
      threshold: settings.threshold,
      time: settings.time,
    },
    resultsDirectory: null,
    modelFor: null,
    judgeFor: null,
    onOutcome: () => {},
    onProgress: () => {},
  });
  rmSync(folder, { recursive: true });
  return outcomes;
}

const tallies = new Map();
const listed = [];

function tallyOf(kind, family) {
  const key = `${kind} ${family}`;
  const known = tallies.get(key) ?? { asked: 0, answered: 0, right: 0, ownAnswered: 0, ownRight: 0 };
  tallies.set(key, known);
  return known;
}

/** Other wordings: each is compared with its case's own wording, asked of the same data. */
async function askRewordings(folder, family, cases) {
  const rewordings = cases.flatMap((golden) => {
    const paraphrases = wanted.includes('paraphrase') ? (golden.paraphrases ?? []) : [];
    const synonyms = wanted.includes('synonym') && golden.synonym_request ? [golden.synonym_request] : [];
    return [
      ...paraphrases.map((request, index) => ({ kind: 'paraphrase', golden, request, id: `${golden.id}.p${index}` })),
      ...synonyms.map((request) => ({ kind: 'synonym', golden, request, id: `${golden.id}.s` })),
    ];
  });
  const own = [...new Set(rewordings.map(({ golden }) => golden))];
  const glossary = join(folder, 'glossary.yaml');
  const outcomes = await ask(
    [...own, ...rewordings.map(({ golden, request, id }) => ({ ...golden, request, id }))],
    join(folder, 'bronze'),
    glossary,
    folder,
  );
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  for (const { kind, golden, id, request } of rewordings) {
    const before = byId.get(golden.id);
    const after = byId.get(id);
    const tally = tallyOf(kind, family);
    tally.asked += 1;
    tally.answered += after.answered ? 1 : 0;
    tally.right += after.strict ? 1 : 0;
    tally.ownAnswered += before.answered ? 1 : 0;
    tally.ownRight += before.strict ? 1 : 0;
    if (before.strict && !after.strict)
      listed.push(`${kind} ${basename(folder)} ${after.status}\n    ${golden.request}\n    ${request}`);
  }
}

/** A case that should not be answered. */
const unanswerable = ({ id, request, category, as_of }) => ({
  id,
  request,
  category,
  as_of,
  expect_status: 'not_understood',
});

function noteAnswers(kind, family, place, cases, outcomes) {
  const tally = tallyOf(kind, family);
  for (const [index, outcome] of outcomes.entries()) {
    tally.asked += 1;
    tally.answered += outcome.answered ? 1 : 0;
    if (outcome.answered) listed.push(`${kind} ${place} ${outcome.confidence ?? ''}\n    ${cases[index].request}`);
  }
}

async function askNext(folder, family, next, cases) {
  const outcomes = await ask(cases.map(unanswerable), join(next, 'bronze'), join(next, 'glossary.yaml'), folder);
  noteAnswers('next', family, `${basename(folder)} of ${basename(next)}`, cases, outcomes);
}

async function askWithout(folder, family, cases) {
  const bronze = join(folder, 'bronze');
  const byColumn = new Map();
  const tables = await tablesOf(bronze);
  for (const golden of cases) {
    const tree = await treeOf(connection, golden.gold_sql);
    const column = tree === null ? null : firstShownColumn(tree, { datasets: tables });
    if (column !== null) byColumn.set(column, [...(byColumn.get(column) ?? []), golden]);
  }
  for (const [column, asking] of byColumn) {
    const copy = mkdtempSync(join(scratch, 'without-'));
    if (await copyWithout(bronze, copy, tables, column)) {
      const outcomes = await ask(asking.map(unanswerable), copy, join(folder, 'glossary.yaml'), folder);
      noteAnswers('without', family, `${basename(folder)} without ${column}`, asking, outcomes);
    }
    rmSync(copy, { recursive: true });
  }
}

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const named = (text) => `"${text.replaceAll('"', '""')}"`;

async function tablesOf(bronze) {
  const tables = [];
  for (const name of readdirSync(bronze).sort()) {
    const reader = await connection.runAndReadAll(
      `DESCRIBE SELECT * FROM read_parquet(${quoted(join(bronze, name, '**/*.parquet'))})`,
    );
    tables.push({ name, columns: reader.getRows().map(([column]) => ({ name: String(column) })) });
  }
  return tables;
}

/** Writes the tables to `copy`, one of them without `column` (`table.column`); false where nothing would be left of it. */
async function copyWithout(bronze, copy, tables, column) {
  for (const { name, columns } of tables) {
    const gone = columns.find((candidate) => `${name}.${candidate.name}` === column);
    if (gone === undefined) symlinkSync(resolve(bronze, name), join(copy, name));
    else if (columns.length === 1) return false;
    else {
      mkdirSync(join(copy, name));
      await connection.run(
        `COPY (SELECT * EXCLUDE (${named(gone.name)}) FROM read_parquet(${quoted(join(bronze, name, '**/*.parquet'))}))
         TO ${quoted(join(copy, name, `${name}.parquet`))} (FORMAT parquet)`,
      );
    }
  }
  return true;
}

const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`.padStart(7);

function print() {
  const pooled = new Map();
  for (const [key, tally] of tallies) {
    const [kind] = key.split(' ');
    const sum = pooled.get(`${kind} all`) ?? { asked: 0, answered: 0, right: 0, ownAnswered: 0, ownRight: 0 };
    for (const name of Object.keys(sum)) sum[name] += tally[name];
    pooled.set(`${kind} all`, sum);
  }
  const lines = [...tallies, ...pooled].sort(([left], [right]) => (left < right ? -1 : 1));
  if (options.json) console.log(JSON.stringify(Object.fromEntries(lines)));
  else
    for (const [key, { asked, answered, right, ownAnswered, ownRight }] of lines)
      console.log(
        key.startsWith('next') || key.startsWith('without')
          ? `${key.padEnd(26)}${String(asked).padStart(6)} asked, answered ${percent(answered, asked)}`
          : `${key.padEnd(26)}${String(asked).padStart(6)} asked, answered ${percent(answered, asked)} (own wording ${percent(ownAnswered, asked)}), ` +
              `right ${percent(right, asked)} (own wording ${percent(ownRight, asked)}), loss ${((100 * (ownRight - right)) / Math.max(1, asked)).toFixed(1)} points`,
      );
  const step = Math.max(1, Math.floor(listed.length / Math.max(1, Number(options.list))));
  if (Number(options.list) > 0) for (const [index, text] of listed.entries()) if (index % step === 0) console.log(text);
}

try {
  const folders = caseFolders(options.cases);
  for (const folder of folders) {
    const family = basename(dirname(folder));
    const siblings = folders.filter((other) => dirname(other) === dirname(folder));
    const next = siblings[(siblings.indexOf(folder) + 1) % siblings.length];
    const cases = casesIn(folder);
    await askRewordings(folder, family, cases);
    if (wanted.includes('next') && next !== folder) await askNext(folder, family, next, cases);
    if (wanted.includes('without')) await askWithout(folder, family, cases);
    process.stderr.write(`${basename(folder)}\n`);
  }
  print();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
