import type { Engine } from '../engine/engine.js';
import type { Expression, MeasureDefinition } from '../plan/query.js';
import { typeOfMeasure } from '../plan/typing.js';
import type { BusinessTerm, Dataset, Metric, Relationship } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import { aggregatesOf, checkTyped, homeOf, typesOf } from './glossary-metrics.js';
import { isKeyOf } from './glossary-relationships.js';
import type { GlossaryFile } from './glossary-schema.js';
import { labelledValues } from './glossary-tables.js';
import { type JoinFact, joinOf, type LabelFact, labelsOf } from './note-facts.js';
import {
  attempt,
  conditionOfText,
  type FormulaTools,
  measureOfText,
  namedColumns,
  rowFormulaOfText,
} from './note-formulas.js';
import { NoteNames } from './note-names.js';
import { rowsOfText } from './note-rows.js';
import { type DefinedNames, type Definition, definitionsOf, namesOf, ownerOf, sentencesOf } from './note-sentences.js';
import { SqlTextError } from './sql-tree.js';

interface Sentence {
  /** Of the note in the glossary. */
  readonly index: number;
  readonly text: string;
  used: boolean;
  /** Why it could not be used, once that was tried. */
  reason: string | null;
}

/** Definitions are short; what is longer is a story, and would take long to try. */
const charactersMax = 600;

type DeclaredRelationship = NonNullable<GlossaryFile['relationships']>[number];

/** What the notes say of metrics and terms. */
export interface NoteDefinitions {
  readonly metrics: readonly Metric[];
  readonly terms: readonly BusinessTerm[];
}

/**
 * The free text of a glossary, sentence by sentence. A sentence is used only where it is understood as a whole; the rest
 * is listed with its reason, and its words help to find the columns that it names.
 */
export class FreeNotes {
  readonly #sentences: readonly Sentence[];

  constructor(texts: readonly string[]) {
    this.#sentences = texts.flatMap((note, index) =>
      sentencesOf(note).map((text) => ({
        index,
        text,
        used: false,
        reason: text.length > charactersMax ? `a sentence of more than ${charactersMax} characters is not read` : null,
      })),
    );
  }

  /** The relationships that notes tell of, from the finer table to the one whose columns are a key. */
  relationships(
    datasets: readonly Dataset[],
    known: readonly Relationship[],
    declared: readonly DeclaredRelationship[],
  ): readonly DeclaredRelationship[] {
    const names = new NoteNames(datasets, known);
    const said = new Set(declared.map(({ from, to }) => [from, to].flat().join(' ').toLowerCase()));
    return this.#readable().flatMap((sentence) => {
      const fact = this.#try(sentence, () => joinOf(sentence.text, names));
      if (fact === null) return [];
      const turned = directed(fact, known);
      if (turned === null) {
        sentence.reason = 'neither side of the join is unique';
        return [];
      }
      sentence.used = true;
      const from = turned.left.map(({ dataset, column }) => `${dataset.name}.${column.name}`);
      const to = turned.right.map(({ dataset, column }) => `${dataset.name}.${column.name}`);
      return said.has([...from, ...to].join(' ').toLowerCase()) ? [] : [{ from, to }];
    });
  }

  /** The datasets with the labels that notes give to values. Labels of the glossary's tables stay. */
  labelled(datasets: readonly Dataset[], relationships: readonly Relationship[]): readonly Dataset[] {
    const names = new NoteNames(datasets, relationships);
    const facts: LabelFact[] = [];
    for (const sentence of this.#readable()) {
      const fact = this.#try(sentence, () => labelsOf(sentence.text, names, names.mentioned(sentence.text)));
      if (fact === null) continue;
      sentence.used = true;
      facts.push(fact);
    }
    return withLabels(datasets, facts);
  }

  /** The metrics and terms that notes define, beside those that are there. A definition may name another in any order. */
  async definitions(
    engine: Engine,
    catalog: { readonly datasets: readonly Dataset[]; readonly relationships: readonly Relationship[] },
    given: NoteDefinitions,
  ): Promise<NoteDefinitions> {
    const names = new NoteNames(catalog.datasets, catalog.relationships);
    const defined = new DefinedThings(given);
    const tools: Omit<FormulaTools, 'failures'> = {
      engine,
      names,
      datasets: catalog.datasets,
      metric: (name) => defined.metric(name)?.definition ?? null,
    };
    for (let before = -1; before !== this.#open().length; ) {
      before = this.#open().length;
      for (const sentence of this.#readable()) await this.#define(sentence, { ...tools, failures: new Map() }, defined);
    }
    for (const { text } of this.#open()) {
      const [, head = '', body] = /^([^=<>]+?) = ([^=]+)$/u.exec(text) ?? [];
      const names = body === undefined ? null : namesOf(ownerOf(head)?.head ?? head);
      if (names !== null) defined.addUnread(text, names);
    }
    return defined.all();
  }

  async #define(sentence: Sentence, tools: FormulaTools, defined: DefinedThings): Promise<void> {
    const preferred = tools.names.mentioned(sentence.text);
    let reason: string | null = null;
    for (const definition of definitionsOf(sentence.text)) {
      const owned = ownerOf(definition.head);
      const owner = owned === null ? null : tools.names.dataset(owned.owner);
      const names = namesOf(owned === null || owner === null ? definition.head : owned.head);
      if (names === null) continue;
      try {
        await defineAs(sentence.text, definition, names, tools, owner === null ? preferred : [owner], defined, owner);
        sentence.used = true;
        return;
      } catch (thrown) {
        if (!(thrown instanceof SqlTextError)) throw thrown;
        // What looks most like a formula tells best why it is none.
        const formulaic = /[()=<>*/]/u.test(definition.body);
        if (reason === null || formulaic) reason ??= thrown.message;
      }
    }
    sentence.reason ??= reason ?? 'it says no formula, condition, label or join that is understood';
  }

  /** The datasets with the sentences that could not be used among the descriptions of the columns that they name. */
  described(datasets: readonly Dataset[], notes: FoldNotes): readonly Dataset[] {
    const names = new NoteNames(datasets, []);
    const additions = new Map<string, string[]>();
    for (const { index, text, reason } of this.#open()) {
      const columns = columnsNamed(text, names);
      for (const column of columns) additions.set(column, [...(additions.get(column) ?? []), `${text}.`]);
      const use = columns.length === 0 ? 'is not used' : `only describes ${columns.join(', ')}`;
      notes.warn(
        ['notes', index],
        `a note in free text ${use}: "${text.slice(0, 120)}": ${reason ?? 'not understood'}`,
      );
    }
    return datasets.map((dataset) => ({
      ...dataset,
      columns: dataset.columns.map((column) => {
        const added = additions.get(`${dataset.name}.${column.name}`);
        if (added === undefined) return column;
        return { ...column, description: [column.description, ...added].filter((text) => text !== '').join(' ') };
      }),
    }));
  }

  #open(): readonly Sentence[] {
    return this.#sentences.filter(({ used }) => !used);
  }

  #readable(): readonly Sentence[] {
    return this.#open().filter(({ text }) => text.length <= charactersMax);
  }

  #try<Result>(sentence: Sentence, act: () => Result | null): Result | null {
    try {
      return act();
    } catch (thrown) {
      if (!(thrown instanceof SqlTextError)) throw thrown;
      sentence.reason = thrown.message;
      return null;
    }
  }
}

/** Metrics and terms by their names while more are found. */
class DefinedThings {
  readonly #metrics: Metric[];
  readonly #terms: BusinessTerm[];

  constructor({ metrics, terms }: NoteDefinitions) {
    this.#metrics = [...metrics];
    this.#terms = [...terms];
  }

  all(): NoteDefinitions {
    return { metrics: this.#metrics, terms: this.#terms };
  }

  metric(name: string): Metric | null {
    const wanted = normal(name);
    const found = this.#metrics.find(({ name: own, label, synonyms }) =>
      [own, label, ...synonyms].some((known) => normal(known) === wanted),
    );
    return found ?? null;
  }

  /** Raises SqlTextError where the name is taken. */
  addMetric(metric: Metric): void {
    if (this.metric(metric.label) !== null)
      throw new SqlTextError(`there is another metric named "${metric.label}"`, 0);
    this.#metrics.push(metric);
  }

  addSynonyms(metric: Metric, names: DefinedNames): void {
    const known = new Set([metric.name, metric.label, ...metric.synonyms].map(normal));
    const added = [names.name, ...names.synonyms].filter((name) => !known.has(normal(name)));
    this.#metrics[this.#metrics.indexOf(metric)] = { ...metric, synonyms: [...metric.synonyms, ...added] };
  }

  /** A definition that is not understood: what asks for it must not be answered by something else of that name. */
  addUnread(sentence: string, { name, synonyms }: DefinedNames): void {
    const isKnown = this.metric(name) !== null || this.#terms.some(({ term }) => normal(term) === normal(name));
    if (!isKnown) this.#terms.push(bareTerm(sentence, { name, synonyms }));
  }

  /** Raises SqlTextError where the name is taken. */
  addTerm(term: BusinessTerm): void {
    if (this.#terms.some(({ term: known }) => normal(known) === normal(term.term)))
      throw new SqlTextError(`there is another term "${term.term}"`, 0);
    this.#terms.push(term);
  }
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Adds what the definition says: a synonym, a metric, a condition, or another name for a column or table. Raises SqlTextError. */
async function defineAs(
  sentence: string,
  { body }: Definition,
  names: DefinedNames,
  tools: FormulaTools,
  preferred: readonly Dataset[],
  defined: DefinedThings,
  owner: Dataset | null,
): Promise<void> {
  const known = defined.metric(body);
  if (known !== null) return defined.addSynonyms(known, names);
  let failure: SqlTextError;
  try {
    const definition = await measureOfText(tools, body, preferred);
    return defined.addMetric(metricOf(sentence, names, definition, tools.datasets));
  } catch (thrown) {
    if (!(thrown instanceof SqlTextError)) throw thrown;
    failure = thrown;
  }
  const condition = await describedCondition(tools, body, preferred);
  const term = bareTerm(sentence, names);
  if (condition !== null) {
    const [dataset, ...others] = tablesIn(condition);
    if (dataset === undefined || others.length > 0)
      throw new SqlTextError('the condition is not one of a single table', 0);
    return defined.addTerm({ ...term, condition: { dataset, expression: condition } });
  }
  const formula = await attempt(() => rowFormulaOfText(tools, body, preferred));
  if (formula !== null) {
    const [dataset, ...others] = tablesIn(formula.expression);
    if (dataset === undefined || others.length > 0)
      throw new SqlTextError('the formula is not one of a single table', 0);
    return defined.addTerm({ ...term, formula: { dataset, ...formula } });
  }
  // What a row of the owner makes of columns of several tables is added up over its rows.
  const ofEach =
    owner === null
      ? null
      : await attempt(() => measureOfText(tools, `SUM(${namedColumns(tools.names, body)})`, [owner]));
  if (ofEach !== null) return defined.addMetric(metricOf(sentence, names, ofEach, tools.datasets));
  const table = tools.names.dataset(body);
  const column = table === null ? await attempt(async () => tools.names.column(body, preferred)) : null;
  const target = table === null ? column : { dataset: table, column: null };
  if (target === null) throw failure;
  const mapsTo = [{ dataset: target.dataset.name, column: target.column?.name ?? null, confidence: 1 }];
  defined.addTerm({ ...term, mapsTo });
}

/** A term that names nothing yet. */
function bareTerm(sentence: string, { name, synonyms }: DefinedNames): BusinessTerm {
  return { term: name, synonyms, definition: sentence, domain: null, steward: null, mapsTo: [], condition: null };
}

function metricOf(
  sentence: string,
  names: DefinedNames,
  definition: MeasureDefinition,
  datasets: readonly Dataset[],
): Metric {
  if (aggregatesOf(definition).length === 0)
    throw new SqlTextError('it folds no rows: an aggregate such as SUM is missing', 0);
  checkTyped(() => typeOfMeasure(definition, typesOf(datasets, null)));
  return {
    name: normal(names.name).replaceAll(' ', '_'),
    label: names.name,
    synonyms: names.synonyms,
    description: sentence,
    unit: null,
    dataset: homeOf(definition),
    definition,
    semiAdditive: null,
  };
}

const conditionForm =
  /^(?:(?:those|the ones|all|any|the|only|ones|an?|one) )*(?<table>[\p{L}\p{N}_ ]+? )?(?:with|where|whose|who have|who are|that have|that are|having|for which|in which|when|if|which are|which have|has|have) (?:an? |the )?(?<rest>.+)$/iu;

/** A condition as it stands, or behind the table whose rows it picks. */
async function describedCondition(
  tools: FormulaTools,
  body: string,
  preferred: readonly Dataset[],
): Promise<Expression | null> {
  const direct = await attempt(() => conditionOfText(tools, body, preferred));
  const described = direct ?? rowsOfText(tools.names, body)?.filter ?? null;
  if (described !== null) return described;
  const { table, rest } = conditionForm.exec(body)?.groups ?? {};
  if (rest === undefined) return null;
  const plain = table?.trim() ?? '';
  const home = tools.names.dataset(plain);
  const isGeneric = /^(?:|rows?|records?|entries|ones?|people|things?|items?)$/iu.test(plain);
  if (home === null && !isGeneric) return null;
  return await attempt(() => conditionOfText(tools, rest, home === null ? preferred : [home]));
}

/** From the side that is no key to the one that is; between two keys as it was measured, else as written. */
function directed(fact: JoinFact, known: readonly Relationship[]): JoinFact | null {
  const isKey = (side: JoinFact['left']): boolean => {
    const dataset = side[0]?.dataset;
    return (
      dataset !== undefined &&
      isKeyOf(
        dataset,
        side.map(({ column }) => column.name),
      )
    );
  };
  const [left, right] = [isKey(fact.left), isKey(fact.right)];
  if (!left && !right) return null;
  const turned = { left: fact.right, right: fact.left };
  if (left !== right) return right ? fact : turned;
  const measured = known.some(
    ({ from, to }) => from.dataset === fact.right[0]?.dataset.name && to.dataset === fact.left[0]?.dataset.name,
  );
  return measured ? turned : fact;
}

function withLabels(datasets: readonly Dataset[], facts: readonly LabelFact[]): readonly Dataset[] {
  return datasets.map((dataset) => ({
    ...dataset,
    columns: dataset.columns.map((column) => {
      const own = facts.filter(({ at }) => at.dataset.name === dataset.name && at.column.name === column.name);
      const labels = own.flatMap((fact) => fact.labels.map(({ value, label }) => [value, label] as const));
      return column.values === null || labels.length === 0
        ? column
        : { ...column, values: labelledValues(column.values, labels) };
    }),
  }));
}

/** The tables whose columns the expression uses, in the order of their first use. */
function tablesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(tablesIn))];
  if (typeof value !== 'object' || value === null) return [];
  if ('kind' in value && value.kind === 'column' && 'table' in value && typeof value.table === 'string')
    return [value.table];
  return [...new Set(Object.values(value).flatMap(tablesIn))];
}

/** `table.column` for each column that the text names beyond doubt: qualified, or by a name that is no plain word. */
function columnsNamed(text: string, names: NoteNames): readonly string[] {
  const found = (text.match(/[\w$]+\.[\w$]+|\w*_\w+|`[^`]+`/gu) ?? []).flatMap((phrase) => {
    try {
      const { dataset, column } = names.column(phrase, names.mentioned(text));
      return [`${dataset.name}.${column.name}`];
    } catch (thrown) {
      if (thrown instanceof SqlTextError) return [];
      throw thrown;
    }
  });
  return [...new Set(found)];
}
