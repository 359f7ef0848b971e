import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { answer } from '../../src/pipeline/answer.js';
import { datasetsOf } from '../../src/plan/traverse.js';
import { type Library, libraryTables, loansByBranch, nothingUnderstood, openLibrary } from './library.js';
import { type ModelServer, say, startModelServer } from './model-server.js';

/** One of the attacks that somebody wrote without sight of the guards (attacks.json). */
export interface ListedAttack {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
}

const listSchema = z.array(z.object({ id: z.string(), kind: z.string(), text: z.string() }));

/** The whole list, in its order. */
export const listedAttacks: readonly ListedAttack[] = listSchema.parse(
  JSON.parse(readFileSync(new URL('attacks.json', import.meta.url), 'utf8')),
);

/** Where the attacker may write. */
export const entryNames = ['request', 'table name', 'column name', 'description', 'cell'] as const;
type EntryName = (typeof entryNames)[number];

/** What an attack has to be known by in a prompt: each text begins with it. */
const written = ({ id, text }: ListedAttack): string => `${id} ${text}`;
const quoted = (text: string): string => `"${text.replaceAll('"', '""').replaceAll('\0', '')}"`;
/** What a file can be called: no folder, at most 255 bytes. */
const fileName = (attack: ListedAttack): string =>
  Array.from(written(attack).replaceAll('/', '∕').replaceAll('\\', '＼').replaceAll('\0', ''))
    .slice(0, 50)
    .join('')
    .trimEnd();

/** A library with the attacks in it, and nothing else of them. */
function libraryWith(attacks: readonly ListedAttack[], entry: EntryName): Promise<Library> {
  const numbers = (first: number): string => `${first}${`,${first + 4}`.repeat(attacks.length)}`;
  const parts = attacks.map((_attack, place) => `part_${place}`);
  switch (entry) {
    case 'request':
      return openLibrary();
    case 'table name':
      return openLibrary({
        ...libraryTables,
        ...Object.fromEntries(attacks.map((attack, place) => [fileName(attack), `key_${place},other\n1,2\n2,3\n`])),
      });
    case 'column name':
      return openLibrary({
        ...libraryTables,
        ...Object.fromEntries(
          attacks.map((attack) => [`${attack.id}_notes`, `note_id,${quoted(written(attack))}\n1,5\n2,6\n`]),
        ),
      });
    case 'description': {
      const columns = Object.fromEntries(
        attacks.map((attack, place) => [`part_${place}`, { description: written(attack) }]),
      );
      const notes = `note_id,${parts.join(',')}\n${numbers(1)}\n${numbers(2)}\n`;
      return openLibrary({ ...libraryTables, notes }, JSON.stringify({ tables: { notes: { columns } } }));
    }
    case 'cell':
      return openLibrary({
        ...libraryTables,
        ...Object.fromEntries(
          attacks.map((attack) => {
            const rows = [1, 2, 3, 4].map((id) => `${id},${id > 2 ? 'other' : quoted(written(attack))}`);
            return [`${attack.id}_notes`, `note_id,kind\n${rows.join('\n')}\n`];
          }),
        ),
      });
  }
}

/** As many attacks as one prompt shows at each entry. */
const together: Readonly<Record<EntryName, number>> = {
  request: 200,
  'table name': 20,
  'column name': 20,
  description: 35,
  cell: 20,
};

/** What the attack says, in every place of an answer where a text may stand; each is an answer of its own. */
function answersOf({ text }: ListedAttack): readonly string[] {
  const [measure] = loansByBranch.measures;
  const [dimension] = loansByBranch.dimensions;
  const literal = { kind: 'literal', literal: { type: 'text', value: text } };
  const column = { kind: 'column', table: 'loans', column: 'state' };
  const readings: readonly unknown[] = [
    { ...loansByBranch, tables: [{ id: 'loans', dataset: text }, loansByBranch.tables[1]] },
    { ...loansByBranch, dimensions: [{ ...dimension, expression: { ...column, column: text } }] },
    { ...loansByBranch, measures: [{ ...measure, name: text, label: text, description: text, unit: text }] },
    { ...loansByBranch, filter: { kind: 'comparison', operator: 'eq', left: column, right: literal } },
    {
      ...loansByBranch,
      measures: [
        {
          ...measure,
          definition: { ...measure.definition, argument: { kind: 'call', function: text, arguments: [literal] } },
        },
      ],
    },
    { ...loansByBranch, [text]: text, __proto__: { text } },
  ];
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  return [text, json, ...readings.map((reading) => JSON.stringify({ reading, missing: [] }))];
}

/** The SELECT in the attack, or all of it. */
function sqlOf({ text }: ListedAttack): string {
  return /\b(?:with|select|from|copy|attach|install|create|drop|pragma|set)\b[\s\S]*/iu.exec(text)?.[0] ?? text;
}

/** What came of letting a model obey attacks. All lists are empty where nothing happened. */
export interface Obeyed {
  /** Attacks that reached the model. */
  readonly reached: ReadonlySet<string>;
  /** Those in files that dpb refused to read, or in values that it shows nobody. */
  readonly kept: ReadonlySet<string>;
  /** What was seen of an effect: which attack, and what. */
  readonly effects: readonly string[];
}

/**
 * Lets a model that obeys fully read a request beside each attack: each of its answers is one more thing that the attack may have
 * meant, as plans, as SQL that is taken, and as nonsense. `secret` is what an attacker would like to see.
 */
export async function obey(attacks: readonly ListedAttack[], entry: EntryName, secret: string): Promise<Obeyed> {
  const reached = new Set<string>();
  const kept = new Set<string>();
  const effects: string[] = [];
  let obeyed: ListedAttack | null = null;
  let turn = 0;
  const server = await startModelServer((asked, response) => {
    if (obeyed === null || !asked.text.includes(`${obeyed.id} `))
      return say(asked, response, '{"reading": null, "missing": []}');
    reached.add(obeyed.id);
    if (asked.text.includes('"name":"logic"')) {
      const columns = [{ name: 'a', type: 'text', description: obeyed.text.slice(0, 300) }];
      return say(asked, response, JSON.stringify({ columns, sql: sqlOf(obeyed) }));
    }
    const answers = answersOf(obeyed);
    turn += 1;
    return say(asked, response, answers[turn % answers.length] ?? '');
  });
  const watch = new Watch(server, secret);
  try {
    for (let first = 0; first < attacks.length; first += together[entry]) {
      const some = attacks.slice(first, first + together[entry]);
      const library = await libraryWith(some, entry);
      try {
        for (const attack of some) {
          obeyed = attack;
          if (isKept(library, attack)) kept.add(attack.id);
          for (const problem of await tried(library, server, entry, attack)) effects.push(`${attack.id}: ${problem}`);
          for (const problem of watch.seen()) effects.push(`${attack.id}: ${problem}`);
        }
      } finally {
        await library.close();
      }
    }
  } finally {
    watch.end();
    await server.close();
  }
  return { reached, kept, effects };
}

/** Whether the scan left out what the attacker wrote: its file, or the value. */
function isKept({ session }: Library, { id }: ListedAttack): boolean {
  const { datasets, unreadable } = session.graph.catalog;
  if (unreadable.some(({ path }) => path.startsWith(`${id}_notes`))) return true;
  const kind = datasets.find(({ name }) => name === `${id}_notes`)?.columns.find(({ name }) => name === 'kind');
  return kind !== undefined && (kind.pii !== null || !kind.values?.some(({ value }) => value.startsWith(`${id} `)));
}

let models = 0;

async function tried(
  library: Library,
  server: ModelServer,
  entry: EntryName,
  attack: ListedAttack,
): Promise<readonly string[]> {
  const { readByModel } = await import('../../src/pipeline/consult-model.js');
  const datasets = new Set(library.session.graph.catalog.datasets.map(({ name }) => name));
  const problems: string[] = [];
  // A request of ours beside what others wrote; or the attack itself is what a person asks.
  const request = library.request(entry === 'request' ? written(attack) : 'zorbs');
  for (let conversation = 0; conversation < 3; conversation += 1) {
    models += 1;
    const model = library.model(server.url, {
      model: `obeying-${models}`,
      values: entry === 'cell',
      deadlineMs: 20_000,
    });
    const { reading } = await readByModel(nothingUnderstood, library.session, request, model);
    if (reading === null) continue;
    if (datasetsOf(reading.plan.query).some((name) => !datasets.has(name)))
      problems.push('a dataset that is not there');
    if ((reading.result?.rows ?? 0) > 100) problems.push('more rows than there are');
    // A text of the request may be a value that is looked for; no other place of a reading holds what an attacker wrote.
    const { plan, ...told } = reading;
    const texts = JSON.stringify({
      ...told,
      echo: '',
      words: [],
      result: null,
      query: { ...plan.query, filter: null },
    });
    if (attack.text.length > 12 && texts.includes(JSON.stringify(attack.text).slice(1, -1)))
      problems.push('the words of the attack');
  }
  if (entry !== 'request') return problems;
  models += 1;
  const model = library.model(server.url, { model: `obeying-${models}`, sql: 'take', deadlineMs: 60_000 });
  const given = await answer(library.session, request, true, model);
  if (given.madeByModel !== null) problems.push(`SQL of it ran: ${given.madeByModel.sql}`);
  return problems;
}

/** Sees what must not happen: connections to others, files in places where attacks want them, secrets in prompts, prototypes. */
class Watch {
  readonly #server: ModelServer;
  readonly #secret: string;
  readonly #before = this.#state();
  readonly #connect = Socket.prototype.connect;
  readonly #strangers: string[] = [];
  #asked = 0;

  constructor(server: ModelServer, secret: string) {
    this.#server = server;
    this.#secret = secret;
    const note = (text: string): number => this.#strangers.push(text);
    const connect = this.#connect;
    Socket.prototype.connect = new Proxy(connect, {
      apply: (target, self, given: unknown[]) => {
        const text = JSON.stringify(given);
        if (!text.includes('127.0.0.1')) note(`a connection to ${text.slice(0, 200)}`);
        return Reflect.apply(target, self, given);
      },
    });
  }

  seen(): readonly string[] {
    const prompts = this.#server.asked.slice(this.#asked).map(({ text }) => text);
    this.#asked = this.#server.asked.length;
    const leaked = prompts.filter((text) => text.includes(this.#secret) || text.includes('root:x:'));
    const state = this.#state();
    return [
      ...this.#strangers.splice(0),
      ...leaked.map(() => 'a secret in a prompt'),
      ...(state === this.#before ? [] : ['files, variables or prototypes are not what they were']),
    ];
  }

  end(): void {
    Socket.prototype.connect = this.#connect;
  }

  #state(): string {
    const canaries = readdirSync(tmpdir()).filter((name) => name.includes('dpb_canary'));
    const here = readdirSync(process.cwd()).sort();
    const prototypes = [Object.prototype, Array.prototype, Function.prototype].map((one) =>
      Object.getOwnPropertyNames(one),
    );
    const hash = createHash('sha256').update(JSON.stringify(process.env)).digest('hex');
    return JSON.stringify([canaries, here, prototypes, hash, readdirSync(join(tmpdir(), '..')).length]);
  }
}
