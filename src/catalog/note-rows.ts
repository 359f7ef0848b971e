import { isNumeric } from '../plan/data-type.js';
import type { Expression, Literal, MeasureDefinition } from '../plan/query.js';
import { allOf } from '../plan/traverse.js';
import type { Column, Dataset } from './catalog.js';
import { withFilter } from './glossary-metrics.js';
import { columnWords, singularOf } from './name-words.js';
import { pairsOf } from './note-facts.js';
import { type NoteNames, referenceTo } from './note-names.js';

/** Rows of one table that a text picks; `filter` null: all of them. */
export interface DescribedRows {
  readonly dataset: Dataset;
  readonly filter: Expression | null;
}

const everyWords: ReadonlySet<string> = new Set(['all', 'any', 'every', 'each', 'the', 'a', 'an']);
const openings =
  /^(?:(?:that|which|who) (?:are|is|were|was|have|has)|(?:that|which|who) have been|with|whose|where|having|being|in) (?:the |an? )?/iu;

/**
 * `cancelled orders`, `orders refunded or lost`, `surveys with score 4 or 5`, `all orders placed`: the rows of a table by values
 * that its columns have, or that their descriptions give (`X = cancelled`). Null where a word of it is not understood.
 */
export function rowsOfText(names: NoteNames, text: string): DescribedRows | null {
  const words = text.trim().split(/\s+/u);
  for (let length = Math.min(4, words.length); length > 0; length -= 1)
    for (let start = 0; start + length <= words.length; start += 1) {
      const dataset = names.dataset(words.slice(start, start + length).join(' '));
      if (dataset === null || everyWords.has(words[start]?.toLowerCase() ?? '')) continue;
      const before = words.slice(0, start).filter((word) => !everyWords.has(word.toLowerCase()));
      const behind = words.slice(start + length).join(' ');
      const isAll = words[0]?.toLowerCase() === 'all' && /^[\p{L}]+(?:ed|made|held|sold|sent)?$/iu.test(behind);
      const conditions = [
        before.length === 0 ? null : valuesIn(dataset, before.join(' ')),
        behind === '' || (isAll && /(?:ed|made|held|sold|sent)$/iu.test(behind)) ? null : saidOf(dataset, behind),
      ];
      const wanted = (before.length === 0 ? 0 : 1) + (behind === '' || (isAll && conditions[1] === null) ? 0 : 1);
      const found = conditions.filter((condition) => condition !== null);
      if (found.length === wanted) return { dataset, filter: allOf(found) };
    }
  return null;
}

/** `net amount of paid invoices`: a number of the described rows, added up; null for other texts. */
export function sumOfRows(names: NoteNames, text: string): MeasureDefinition | null {
  const { column: phrase, rows: described } =
    /^(?:the )?(?<column>.+?) of (?<rows>.+)$/iu.exec(text.trim())?.groups ?? {};
  const rows = described === undefined ? null : rowsOfText(names, described);
  const column = rows === null || phrase === undefined ? null : columnCalled(rows.dataset, phrase);
  if (rows === null || column === null || !isNumeric(column.type)) return null;
  const argument = referenceTo({ dataset: rows.dataset, column });
  return filtered({ ...counted(rows), function: 'sum', argument }, rows.filter);
}

/** The number of the described rows; null for other texts. */
export function countOfRows(names: NoteNames, text: string): MeasureDefinition | null {
  const rows = rowsOfText(names, text.replace(/^(?:the )?(?:number|count) of /iu, ''));
  return rows === null ? null : filtered(counted(rows), rows.filter);
}

/** `state A or P`: a column of one of the tables, and its values. */
export function bareComparison(text: string, preferred: readonly Dataset[]): Expression | null {
  const found = preferred.flatMap((dataset) => columnAndValues(dataset, text) ?? []);
  return found.length === 1 ? (found[0] ?? null) : null;
}

type Aggregate = Extract<MeasureDefinition, { kind: 'aggregate' }>;

function counted({ dataset }: DescribedRows): Aggregate {
  return {
    kind: 'aggregate',
    function: 'count',
    home: dataset.name,
    argument: null,
    filter: null,
    fraction: null,
    orderedBy: null,
  };
}

function filtered(measure: Aggregate, filter: Expression | null): MeasureDefinition {
  return filter === null ? measure : withFilter(measure, filter);
}

/** What stands behind the table: values, or a column and its values. */
function saidOf(dataset: Dataset, text: string): Expression | null {
  const plain = text.replace(openings, '');
  return valuesIn(dataset, plain) ?? columnAndValues(dataset, plain);
}

function columnAndValues(dataset: Dataset, text: string): Expression | null {
  const words = text.split(' ');
  for (let length = words.length - 1; length > 0; length -= 1) {
    const column = columnCalled(dataset, words.slice(0, length).join(' '));
    if (column === null) continue;
    const literals = partsOf(
      words
        .slice(length)
        .join(' ')
        .replace(/^(?:is|are|of|=) /iu, ''),
    ).map((part) => literalIn(column, part));
    if (literals.length > 0 && literals.every((literal) => literal !== null)) return among(dataset, column, literals);
  }
  return null;
}

/** One of several values, all of one column. */
function valuesIn(dataset: Dataset, text: string): Expression | null {
  const parts = partsOf(text);
  const holders = dataset.columns.flatMap((column) => {
    if (column.type.kind !== 'text') return [];
    const literals = parts.map((part) => literalIn(column, part));
    return literals.every((literal) => literal !== null) ? [among(dataset, column, literals)] : [];
  });
  return parts.length > 0 && holders.length === 1 ? (holders[0] ?? null) : null;
}

function partsOf(text: string): readonly string[] {
  return text
    .split(/\s*,\s*(?:or |and )?|\s+(?:or|and)\s+/iu)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function among(dataset: Dataset, column: Column, values: readonly Literal[]): Expression {
  const operand = referenceTo({ dataset, column });
  const [only, ...others] = values;
  return only !== undefined && others.length === 0
    ? { kind: 'comparison', operator: 'eq', left: operand, right: { kind: 'literal', literal: only } }
    : { kind: 'in', operand, values, negated: false };
}

/** The column with just these words, in any order (`net amount` of `amount_net`); null where none or several have. */
function columnCalled(dataset: Dataset, phrase: string): Column | null {
  const wanted = sortedWords(phrase.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const found = dataset.columns.filter((column) => sortedWords(columnWords(dataset, column)) === wanted);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function sortedWords(words: readonly string[]): string {
  return words.map(singularOf).toSorted().join(' ');
}

/** The value of the column that the text is, is the label of, or is the description's word for; else null. */
function literalIn(column: Column, text: string): Literal | null {
  const plain = text.replaceAll(/["'`]/gu, '').toLowerCase();
  if (column.type.kind === 'integer') return /^-?\d+$/u.test(plain) ? { type: 'integer', value: plain } : null;
  if (column.type.kind !== 'text' || column.values === null) return null;
  const described = pairsOf(column.description.replace(/^[^=]*?:\s*/u, ''));
  const found = column.values.filter(({ value, label }) => {
    const told = described.find(([code]) => code === value)?.[1] ?? null;
    return [value, label, told].some((name) => name !== null && isSaid(name.toLowerCase(), plain));
  });
  return found.length === 1 && found[0] !== undefined ? { type: 'text', value: found[0].value } : null;
}

/** `rejected` for what is `rejected by the lab`. */
function isSaid(name: string, said: string): boolean {
  return name === said || (name.startsWith(said) && /^[ (,]/u.test(name.slice(said.length)) && said.length > 3);
}
