import type { DataType } from '../../../../src/plan/data-type.js';
import type { Join } from '../../../../src/plan/query.js';
import type { Table } from '../../../../src/proof/naive/value.js';
import { type Cell, type TestColumn, tableOf } from '../tables.js';
import type { Random } from './random.js';

/** A way from rows of one dataset to at most one row of another (unless its data is dirty). */
export interface Reference {
  readonly from: string;
  readonly to: string;
  readonly on: Join['on'];
  readonly cardinality: Join['cardinality'];
  readonly during?: Join['during'];
  readonly weight?: Join['weight'];
}

/** A random schema with its data. */
export interface RandomWorld {
  readonly tables: readonly Table[];
  readonly references: readonly Reference[];
  /** The names of those tables that the plan makes. */
  readonly made: readonly string[];
}

interface Draft {
  readonly dataset: string;
  readonly columns: TestColumn[];
  readonly rows: Cell[][];
  readonly keys: (readonly string[])[];
}

const integer = (bits: 8 | 16 | 32 | 64 | 128): DataType => ({ kind: 'integer', bits });
const decimal = (precision: number, scale: number): DataType => ({ kind: 'decimal', precision, scale });
const text: DataType = { kind: 'text' };

const words = [
  'a',
  'A',
  'b',
  'ä',
  'a\u0308',
  'Z',
  'ß',
  'É',
  'é',
  '😀',
  '～',
  '',
  ' ',
  ' a ',
  "o'b",
  '100%',
  'a_b',
  'x\\y',
  'null',
  'İ',
  'Ως',
  '\u00a0x',
  'a"b',
  'abc',
  'ABC',
  'tab\t',
];
const writtenNumbers = [
  '1',
  '-2',
  '3.5',
  '1e2',
  ' 7 ',
  '',
  'x',
  '2024-02-29',
  'true',
  'FALSE',
  '99999999999',
  '-0.5',
  '2.5',
  '2024-03-31 12:00:00',
  '2024-3-1',
  '2024-05-01T01:02:03.5 ',
  '1_000',
  '0x1F',
  ' True',
  'yes',
  'epoch',
  '29.02.2024',
  ' 31.03.2024 ',
  '31.02.2024',
  '03/31/2024',
  '20240229',
];
const days = [
  '2022-12-31',
  '2023-01-01',
  '2023-02-28',
  '2023-03-31',
  '2023-06-30',
  '2023-12-31',
  '2024-01-01',
  '2024-01-31',
  '2024-02-29',
  '2024-03-01',
  '2024-03-31',
  '2024-04-30',
  '2024-05-14',
  '2024-05-15',
  '2024-06-02',
  '2024-07-01',
  '2024-12-30',
  '2025-01-05',
];
const clocks = ['00:00:00', '01:30:00', '02:30:00', '12:00:00', '22:59:59.999999', '23:30:00'];
const integersAtTheEdge = ['9223372036854775807', '-9223372036854775808', '9007199254740993'];

const day = (random: Random): Cell =>
  random.chance(3) ? random.pick(['1969-12-31', '2031-07-01']) : random.pick(days);
const moment = (random: Random): Cell => `${random.pick(days)} ${random.pick(clocks)}`;

/** The kinds of columns that tables have beside their keys: a name, a type, a value, and the digits that DOUBLE values have. */
const columnKinds: readonly (Omit<TestColumn, 'nullable'> & { readonly value: (random: Random) => Cell })[] = [
  { name: 'tiny', type: integer(8), value: (random) => (random.chance(3) ? -128 : random.between(-3, 3)) },
  { name: 'small', type: integer(16), value: (random) => random.between(-300, 300) },
  { name: 'count of', type: integer(32), value: (random) => random.between(0, 6) },
  {
    name: 'big',
    type: integer(64),
    value: (random) => (random.chance(3) ? random.pick(integersAtTheEdge) : random.between(-5, 1_000_000_000)),
  },
  { name: 'huge', type: integer(128), value: (random) => random.between(-9, 9) },
  { name: 'Amount', type: decimal(10, 2), value: (random) => (random.between(-500, 9999) / 100).toFixed(2) },
  { name: 'rate', type: decimal(4, 4), value: (random) => (random.between(-9999, 9999) / 10000).toFixed(4) },
  {
    name: 'fine',
    type: decimal(30, 10),
    value: (random) => `${random.between(-99, 99)}.${String(random.below(1e9)).padStart(10, '0')}`,
  },
  { name: 'weight', type: { kind: 'double' }, fractionDigits: 2, value: (random) => random.between(-250, 2500) / 100 },
  {
    name: 'measure"d',
    type: { kind: 'double' },
    value: (random) => (random.chance(5) ? random.pick([1e15, -1e-7, 0, 2.5, -2.5]) : random.between(-30, 30) * 0.1),
  },
  { name: 'wörd', type: text, value: (random) => random.pick(words) },
  { name: 'label', type: text, value: (random) => random.pick(['x', 'y', 'z']) },
  { name: 'written', type: text, value: (random) => random.pick(writtenNumbers) },
  { name: 'flag', type: { kind: 'boolean' }, value: (random) => random.chance(50) },
  { name: 'day', type: { kind: 'date' }, value: day },
  { name: 'select', type: { kind: 'timestamp', zoned: false }, value: moment },
  { name: 'instant', type: { kind: 'timestamp', zoned: true }, value: moment },
];

/**
 * A random schema: facts with roles, composite keys and orphans over dimensions with a snowflake, a self-reference and a
 * circle; a bridge; a table one to one; and, now and then, keys that repeat.
 */
export function randomWorld(random: Random): RandomWorld {
  const references: Reference[] = [];
  const regions = draftOf('regions', random, random.between(0, 4));
  const places = draftOf('pla ces', random, random.between(1, 8));
  const people = draftOf('People', random, random.between(1, 9));
  const things = compositeDraft('things', random);
  const visits = draftOf('visits', random, random.between(0, 16));
  const sales = draftOf('"sales"', random, random.between(1, 28));
  const extras = draftOf('extras', random, random.between(1, 10));
  const bridge = draftOf('bridge', random, random.between(0, 14));
  const refer = (from: Draft, to: Draft, role: string, unique = false): void => {
    references.push(reference(from, to, role, unique, random));
  };
  refer(places, regions, 'region');
  refer(regions, places, 'capital');
  refer(people, places, 'home');
  refer(people, people, 'manager');
  refer(sales, people, 'buyer');
  refer(sales, people, 'payer');
  refer(sales, places, 'shipped');
  refer(sales, things, 'thing');
  refer(visits, people, 'visitor');
  refer(visits, places, 'place');
  refer(extras, people, 'person', true);
  refer(bridge, people, 'person');
  refer(bridge, things, 'thing');
  addShares(bridge, references, random);
  const histories = [
    historyOf('history', places, ['place'], random),
    historyOf('versions', things, ['line', 'no'], random),
  ];
  for (const [at, past] of [places, things].entries()) {
    const history = histories[at];
    const ways = references.filter(
      ({ from, to }) => [sales.dataset, visits.dataset].includes(from) && to === past.dataset,
    );
    if (history !== undefined) references.push(...ways.map((way) => throughTime(way, history, random)));
  }
  if (random.chance(12)) spoil({ dimensions: [regions, places, people, things], extras, bridge }, random);
  const measured = random.chance(30);
  const drafts = [regions, places, people, things, visits, sales, extras, bridge, ...histories];
  return {
    tables: drafts.map(({ dataset, columns, rows, keys }) =>
      tableOf(
        dataset,
        columns.map((column, at) => ({
          ...column,
          ...(measured ? unitOf(column.name) : {}),
          nullable: column.nullable ?? rows.some((row) => row[at] === null),
        })),
        shuffled(rows, random),
        keys,
      ),
    ),
    references,
    made: [],
  };
}

/** Some worlds know what their numbers are counted in. The label says it of each row. */
function unitOf(column: string): Pick<TestColumn, 'unit' | 'unitColumn'> {
  switch (column) {
    case 'weight':
      return { unit: 'EUR' };
    case 'small':
      return { unit: 'kg' };
    case 'fine':
      return { unitColumn: 'label' };
    default:
      return {};
  }
}

/** What the bridge's rows have of each person: parts that add up to 1, but now and then. */
function addShares(bridge: Draft, references: Reference[], random: Random): void {
  const at = references.findIndex(({ from, to }) => from === bridge.dataset && to === 'People');
  const way = references[at];
  if (way === undefined) return;
  const place = bridge.columns.findIndex(({ name }) => name === way.on[0]?.from);
  const seen = new Set<Cell>();
  bridge.columns.push({ name: 'share', type: decimal(3, 2) });
  for (const row of bridge.rows) {
    const person = row[place] ?? null;
    const parts = bridge.rows.filter((other) => other[place] === person).length;
    // All but the first have a tenth of it: the first has the rest.
    row.push(seen.has(person) || parts > 10 ? '0.10' : (1 - (parts - 1) / 10).toFixed(2));
    seen.add(person);
  }
  if (random.chance(85)) references[at] = { ...way, weight: 'share' };
}

/** Versions of what `of` has one row of: one after the other, with gaps, open at either end; now and then they overlap. */
function historyOf(dataset: string, of: Draft, key: readonly string[], random: Random): Draft {
  const history = draftOf(dataset, random, 0);
  const turns = ['2022-06-01', '2023-01-01', '2023-07-15', '2024-01-31', '2024-03-01', '2024-06-01', '2025-01-05'];
  history.columns.splice(
    0,
    history.columns.length,
    ...key.map((name, at) => ({ name, type: of.columns[at]?.type ?? text })),
    { name: 'since', type: { kind: 'date' } },
    { name: 'until', type: { kind: 'date' } },
  );
  for (const row of of.rows) {
    const cuts = turns.filter(() => random.chance(random.pick([15, 40, 60])));
    cuts.forEach((since, at) => {
      const end = cuts[at + 1] ?? null;
      history.rows.push([
        ...key.map((_, place) => row[place] ?? null),
        at === 0 && random.chance(20) ? null : since,
        end === null || random.chance(75) ? end : since,
      ]);
    });
  }
  if (random.chance(8)) for (const row of history.rows) row[key.length + 1] = null;
  history.keys.length = 0;
  addColumns(history, random);
  return history;
}

function throughTime({ from, on }: Reference, history: Draft, random: Random): Reference {
  const during = { at: random.chance(85) ? 'day' : null, start: 'since', end: random.chance(60) ? 'until' : null };
  return {
    from,
    to: history.dataset,
    on: on.map((pair, at) => ({ from: pair.from, to: history.columns[at]?.name ?? '' })),
    cardinality: 'many_to_one',
    during,
  };
}

function draftOf(dataset: string, random: Random, size: number): Draft {
  const type = random.pick([integer(32), integer(64), text, decimal(6, 0), integer(16)]);
  const rows = Array.from({ length: size }, (_, at): Cell[] => [type.kind === 'text' ? `k${at}` : at]);
  const draft = { dataset, columns: [{ name: 'id', type, nullable: false }], rows, keys: [['id']] };
  addColumns(draft, random);
  return draft;
}

function compositeDraft(dataset: string, random: Random): Draft {
  const rows = ['x', 'y'].flatMap((line) =>
    Array.from({ length: random.between(0, 4) }, (_, at): Cell[] => [line, at]),
  );
  const columns = [
    { name: 'line', type: text, nullable: false },
    { name: 'code', type: integer(32), nullable: false },
  ];
  const draft = { dataset, columns, rows, keys: [['line', 'code']] };
  addColumns(draft, random);
  return draft;
}

function addColumns({ columns, rows }: Draft, random: Random): void {
  for (const { value, ...column } of random.some(columnKinds, 7))
    addColumn(columns, rows, column, random.pick([0, 0, 15, 40]), value, random);
  for (const { value, ...column } of columnKinds.filter(({ name }) =>
    ['label', 'day', 'count of', 'Amount'].includes(name),
  ))
    if (!columns.some(({ name }) => name === column.name)) addColumn(columns, rows, column, 15, value, random);
}

function addColumn(
  columns: TestColumn[],
  rows: Cell[][],
  column: TestColumn,
  nulls: number,
  value: (random: Random) => Cell,
  random: Random,
): void {
  columns.push(column);
  for (const row of rows) row.push(random.chance(nulls) ? null : value(random));
}

function reference(from: Draft, to: Draft, role: string, unique: boolean, random: Random): Reference {
  const key = to.keys[0] ?? [];
  const on = key.map((column) => ({ from: `${role}_${column}`, to: column }));
  const places = key.map((column) => to.columns.findIndex(({ name }) => name === column));
  const targets = to.rows.map((row) => places.map((place) => row[place] ?? null));
  const orphans = random.pick([0, 10, 30]);
  const left = [...targets];
  const chosen = from.rows.map((): readonly Cell[] => {
    if (random.chance(10)) return key.map(() => null);
    if (unique) return left.splice(random.below(left.length), 1)[0] ?? key.map(() => null);
    if (targets.length === 0 || random.chance(orphans)) return key.map((column) => orphanOf(to, column));
    return targets[Math.min(random.below(targets.length), random.below(targets.length))] ?? key.map(() => null);
  });
  on.forEach(({ from: name, to: column }, at) => {
    from.columns.push({ name, type: typeOfReference(to, column, random) });
    from.rows.forEach((row, position) => {
      row.push(chosen[position]?.[at] ?? null);
    });
  });
  return { from: from.dataset, to: to.dataset, on, cardinality: unique ? 'one_to_one' : 'many_to_one' };
}

function orphanOf(to: Draft, column: string): Cell {
  return to.columns.find(({ name }) => name === column)?.type.kind === 'text' ? 'nobody' : 99;
}

/** A reference may have another numeric type than the key that it meets. */
function typeOfReference(to: Draft, column: string, random: Random): DataType {
  const type = to.columns.find(({ name }) => name === column)?.type ?? text;
  return type.kind === 'text' || random.chance(70) ? type : random.pick([integer(64), integer(32), decimal(8, 1)]);
}

interface Spoilt {
  readonly dimensions: readonly Draft[];
  readonly extras: Draft;
  readonly bridge: Draft;
}

/** Breaks what joins rely on: a key, one side of a table that is one to one with another, or what a bridge shares out. */
function spoil({ dimensions, extras, bridge }: Spoilt, random: Random): void {
  const repeated = random.pick([...dimensions, extras, bridge]);
  if (repeated === extras) {
    repeat(extras, ['person_id'], random);
  } else if (repeated === bridge) {
    const share = bridge.columns.findIndex(({ name }) => name === 'share');
    const row = bridge.rows.at(-1);
    if (row !== undefined) row[share] = random.pick([null, '0.35', '-0.10']);
  } else {
    repeat(repeated, repeated.keys[0] ?? [], random);
    repeated.keys.length = 0;
  }
}

/** Gives one row the values in `names` that another has. */
function repeat({ rows, columns }: Draft, names: readonly string[], random: Random): void {
  const places = names.map((column) => columns.findIndex(({ name }) => name === column));
  const at = random.below(Math.max(rows.length - 1, 1));
  const [first, second] = [rows[at], rows[at + 1]];
  if (first === undefined || second === undefined) return;
  for (const place of places) second[place] = first[place] ?? null;
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}
