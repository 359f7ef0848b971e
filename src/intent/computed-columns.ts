import type { BusinessTerm, Catalog, Column, Dataset } from '../catalog/catalog.js';
import { columnWords, wordsOfName } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { Expression, TimeUnit } from '../plan/query.js';
import type { Concept } from './concept.js';
import { plainWords } from './lexical-text.js';
import { isDay, lengthBetween } from './time-lengths.js';
import { singularOf, stemOf } from './word-forms.js';

/** What rows have without its being stored: it is asked for like a column, and stands in plans as the expression. */
export interface ComputedColumn {
  readonly dataset: string;
  readonly column: Column;
  /** Over columns of the dataset's occurrence. `unit`: what lengths of time are told in, null where nobody says. */
  readonly expression: (unit: TimeUnit | null) => Expression;
  /** The ways to say it, each in words, with how sure they are. */
  readonly names: readonly { readonly words: readonly string[]; readonly weight: number }[];
  /** What the names say: the column, or that it holds. */
  readonly concept: Concept;
  readonly evidence: string;
}

/** What can be computed of each row: conditions that the glossary names, ages, and how long things took. */
export function computedColumns(catalog: Catalog): readonly ComputedColumn[] {
  return [
    ...catalog.terms.flatMap((term) => [...conditionOf(catalog, term), ...formulaOf(catalog, term)]),
    ...catalog.datasets.flatMap((dataset) => [...ageOf(dataset), ...durationOf(dataset)]),
  ];
}

/** The catalog with the computed columns among those of their tables. */
export function withComputed(catalog: Catalog, computed: readonly ComputedColumn[]): Catalog {
  const byDataset = new Map<string, Column[]>();
  for (const { dataset, column } of computed) byDataset.set(dataset, [...(byDataset.get(dataset) ?? []), column]);
  return {
    ...catalog,
    datasets: catalog.datasets.map((dataset) => {
      const own = byDataset.get(dataset.name);
      return own === undefined ? dataset : { ...dataset, columns: [...dataset.columns, ...own] };
    }),
  };
}

/** `active customers are those with status 'A'`: rows of customers are active or not. */
function conditionOf(catalog: Catalog, term: BusinessTerm): readonly ComputedColumn[] {
  const { condition } = term;
  const dataset = catalog.datasets.find(({ name }) => name === condition?.dataset);
  if (condition === null || dataset === undefined || saidValue(condition.expression) !== null) return [];
  const column = columnNamed(`is ${term.term}`, { kind: 'boolean' }, 'flag', term.definition);
  const concept: Concept = {
    kind: 'value',
    dataset: dataset.name,
    column: column.name,
    value: 'true',
    match: 'exact',
  };
  const expression = (): Expression => condition.expression;
  const names = namesOf(term, dataset);
  return [{ dataset: dataset.name, column, expression, names, concept, evidence: evidenceOf(term) }];
}

/** `days to pay`: what a term computes of each row. */
function formulaOf(catalog: Catalog, term: BusinessTerm): readonly ComputedColumn[] {
  const { formula } = term;
  const dataset = catalog.datasets.find(({ name }) => name === formula?.dataset);
  if (formula === undefined || dataset === undefined) return [];
  const role = isTemporal(formula.type) ? 'time' : 'measure';
  const column = columnNamed(term.term.toLowerCase(), formula.type, role, term.definition);
  const names = [term.term, ...term.synonyms].map((name) => ({ words: plainWords(name), weight: 1 }));
  const concept: Concept = { kind: 'column', dataset: dataset.name, column: column.name };
  const expression = (): Expression => formula.expression;
  return [{ dataset: dataset.name, column, expression, names, concept, evidence: evidenceOf(term) }];
}

/** The one value of one column that the condition asks for: such a term is another word for the value. */
function saidValue(expression: Expression): { readonly column: string; readonly value: string } | null {
  if (expression.kind !== 'comparison' || expression.operator !== 'eq') return null;
  const { left, right } = expression;
  const isText = left.kind === 'column' && right.kind === 'literal' && right.literal.type === 'text';
  return isText ? { column: left.column, value: right.literal.value } : null;
}

/** Terms that are other words for a value, each with the value and their words. */
export function valueTerms(catalog: Catalog): readonly Pick<ComputedColumn, 'concept' | 'names' | 'evidence'>[] {
  return catalog.terms.flatMap((term) => {
    const { condition } = term;
    const dataset = catalog.datasets.find(({ name }) => name === condition?.dataset);
    const said = condition === null ? null : saidValue(condition.expression);
    if (dataset === undefined || said === null) return [];
    const concept: Concept = { kind: 'value', dataset: dataset.name, ...said, match: 'exact' };
    return [{ concept, names: namesOf(term, dataset), evidence: evidenceOf(term) }];
  });
}

function namesOf(term: BusinessTerm, dataset: Dataset): ComputedColumn['names'] {
  return [term.term, ...term.synonyms].map((name) => ({ words: withoutTable(dataset, name), weight: 1 }));
}

function evidenceOf({ term }: BusinessTerm): string {
  return `term "${term}" in the glossary`;
}

/** What a term says of the thing that it names: `active` of `active customers`. */
function withoutTable(dataset: Dataset, name: string): readonly string[] {
  const words = plainWords(name);
  const table = new Set(wordsOfName(dataset.name).map((word) => stemOf(singularOf(word))));
  const end = words.findLastIndex((word) => !table.has(stemOf(singularOf(word)))) + 1;
  return end > 0 && end < words.length ? words.slice(0, end) : words;
}

/** Years since birth, where no column tells the age. */
function ageOf(dataset: Dataset): readonly ComputedColumn[] {
  if (dataset.columns.some((column) => columnWords(dataset, column).includes('age'))) return [];
  const born = dataset.columns.find(
    (column) =>
      isTemporal(column.type) &&
      columnWords(dataset, column).some((word) => ['birth', 'born', 'birthdate', 'birthday', 'dob'].includes(word)),
  );
  if (born === undefined) return [];
  const at: Expression = { kind: 'column', table: dataset.name, column: born.name };
  const column = columnNamed('age', { kind: 'integer', bits: 64 }, 'measure', `Full years since ${born.name}.`);
  return [
    {
      dataset: dataset.name,
      column,
      expression: () => yearsSince(at),
      names: [{ words: ['age'], weight: 0.95 }],
      concept: { kind: 'column', dataset: dataset.name, column: column.name },
      evidence: `computed from ${born.name}`,
    },
  ];
}

/** Full years: those of the calendar, less one before the day of the year has come. */
function yearsSince(at: Expression): Expression {
  const integer = (value: string): Expression => ({ kind: 'literal', literal: { type: 'integer', value } });
  const part = (name: 'year' | 'month' | 'day_of_month', operand: Expression): Expression => ({
    kind: 'time_part',
    part: name,
    operand,
  });
  const dayOfYear = (operand: Expression): Expression => ({
    kind: 'arithmetic',
    operator: 'add',
    left: { kind: 'arithmetic', operator: 'multiply', left: part('month', operand), right: integer('100') },
    right: part('day_of_month', operand),
  });
  const today: Expression = { kind: 'as_of' };
  return {
    kind: 'arithmetic',
    operator: 'subtract',
    left: { kind: 'arithmetic', operator: 'subtract', left: part('year', today), right: part('year', at) },
    right: {
      kind: 'case',
      branches: [
        {
          when: { kind: 'comparison', operator: 'lt', left: dayOfYear(today), right: dayOfYear(at) },
          then: integer('1'),
        },
      ],
      otherwise: integer('0'),
    },
  };
}

const startWords = new Set(
  'start started starts begin began begins begun opened open departure departed depart pickup admitted admission hired joined checkin received requested'.split(
    ' ',
  ),
);
const endWords = new Set(
  'end ended ends finish finished finishes closed close arrival arrived arrive dropoff discharged discharge left returned return completed resolved'.split(
    ' ',
  ),
);

/** How long it took from the one start of a row to its one end. */
function durationOf(dataset: Dataset): readonly ComputedColumn[] {
  const dates = dataset.columns.filter(({ type }) => isTemporal(type));
  const saying = (words: ReadonlySet<string>): readonly Column[] =>
    dates.filter((column) => columnWords(dataset, column).some((word) => words.has(word)));
  const [start, ...starts] = saying(startWords);
  const [end, ...ends] = saying(endWords);
  if (start === undefined || end === undefined || starts.length + ends.length > 0 || start === end) return [];
  const [from, to] = [
    { dataset, column: start },
    { dataset, column: end },
  ];
  const usual: TimeUnit = isDay(from) && isDay(to) ? 'day' : 'hour';
  const description = `Time from ${start.name} to ${end.name}, in ${usual}s where nothing else is said.`;
  const column = columnNamed('duration', { kind: 'double' }, 'measure', description);
  const event = columnWords(dataset, end).filter((word) => word !== 'on' && word !== 'at');
  const said = ['duration', 'length', 'tenure', 'time taken', 'processing time', 'turnaround time', 'handling time'];
  const spoken = [...said.map(plainWords), [...event, 'time'], [...event, 'duration']];
  const thing = wordsOfName(dataset.name).map(singularOf);
  return [
    {
      dataset: dataset.name,
      column,
      expression: (unit) => lengthBetween(from, to, unit ?? usual),
      names: [...spoken, ...spoken.slice(0, 2).map((words) => [...thing, ...words])].map((words) => ({
        words,
        weight: 0.92,
      })),
      concept: { kind: 'column', dataset: dataset.name, column: column.name },
      evidence: `computed from ${start.name} and ${end.name}`,
    },
  ];
}

const made = new WeakSet<Column>();

/** Whether the column is stored nowhere. */
export function isComputed(column: Column): boolean {
  return made.has(column);
}

function columnNamed(name: string, type: Column['type'], role: Column['role'], description: string): Column {
  const column: Column = {
    name,
    type,
    nullable: true,
    description,
    synonyms: [],
    unit: null,
    role,
    pii: null,
    profile: { nulls: 1, distinct: 1000, min: null, max: null, mean: null, fractionDigits: null },
    values: null,
  };
  made.add(column);
  return column;
}
