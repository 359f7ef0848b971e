import type { Engine } from '../engine/engine.js';
import { type DataType, isNumeric, isTemporal } from '../plan/data-type.js';
import type { AggregateFunction, ComparisonOperator, Expression, Literal, MeasureDefinition } from '../plan/query.js';
import { columnsOf } from '../plan/traverse.js';
import { typeOfExpression } from '../plan/typing.js';
import type { Dataset } from './catalog.js';
import { checkTyped, requireBoolean, typesOf, withFilter } from './glossary-metrics.js';
import { type FoundColumn, type NoteNames, referenceTo } from './note-names.js';
import { bareComparison, countOfRows, sumOfRows } from './note-rows.js';
import { splitsAt, unwrapped } from './note-sentences.js';
import { combinedMeasure, parseSqlExpression, parseSqlMeasure, ratioMeasure } from './sql-expression.js';
import { SqlTextError } from './sql-tree.js';

/** What formulas in free text are read with. `metric` finds a measure that has a name already. */
export interface FormulaTools {
  readonly engine: Engine;
  readonly names: NoteNames;
  readonly datasets: readonly Dataset[];
  readonly metric: (name: string) => MeasureDefinition | null;
  /** Texts of the sentence at hand that were tried in vain: parts of parts come up again and again. */
  readonly failures: Map<string, SqlTextError>;
}

/** A measure in SQL, in words, or in both. Raises SqlTextError where it is neither. */
export async function measureOfText(
  tools: FormulaTools,
  text: string,
  preferred: readonly Dataset[],
): Promise<MeasureDefinition> {
  return await onceTried(tools, 'measure', unwrapped(text), (body) => readMeasure(tools, body, preferred));
}

/** Raises at once what failed before; without this the tries would double with each sign. */
async function onceTried<Result>(
  tools: FormulaTools,
  kind: 'measure' | 'condition',
  body: string,
  read: (body: string) => Promise<Result>,
): Promise<Result> {
  const key = `${kind} ${body}`;
  const known = tools.failures.get(key);
  if (known !== undefined) throw known;
  try {
    return await read(body);
  } catch (thrown) {
    if (thrown instanceof SqlTextError) tools.failures.set(key, thrown);
    throw thrown;
  }
}

async function readMeasure(
  tools: FormulaTools,
  body: string,
  preferred: readonly Dataset[],
): Promise<MeasureDefinition> {
  const known = tools.metric(body);
  if (known !== null) return known;
  const counted = wordedAggregate(tools, body, preferred);
  if (counted !== null) return counted;
  let failure: SqlTextError;
  try {
    return await tools.names.withHome(preferred, async ({ column, home }) =>
      parseSqlMeasure(tools.engine, withinAggregates(body), { column, home, metric: tools.metric }),
    );
  } catch (thrown) {
    if (!(thrown instanceof SqlTextError)) throw thrown;
    failure = thrown;
  }
  const filtered = (await filteredMeasure(tools, body, preferred)) ?? sumOfRows(tools.names, body);
  if (filtered !== null) return filtered;
  for (const [left, right, join] of operations(body)) {
    const first = await sideOf(tools, left, preferred);
    const second = first === null ? null : await sideOf(tools, right, preferred);
    if (first !== null && second !== null) return join(first, second);
  }
  throw failure;
}

/** One side of an operation: a measure, or things that are counted (`cancelled orders / all orders`). */
async function sideOf(
  tools: FormulaTools,
  text: string,
  preferred: readonly Dataset[],
): Promise<MeasureDefinition | null> {
  return (await attempt(() => measureOfText(tools, text, preferred))) ?? countOfRows(tools.names, text);
}

const functionNames: Readonly<Record<string, string>> = { average: 'avg', mean: 'avg', total: 'sum' };

/** `average of (a - b)` is a function of SQL in words. `SUM(amount where status = 'C')`: a condition said inside of an aggregate is on its rows. */
function withinAggregates(body: string): string {
  const called = body.replace(
    /^(?:the )?(average|mean|avg|sum|total|median) of \((.+)\)$/iu,
    (_, name: string, of: string) => `${functionNames[name.toLowerCase()] ?? name}(${of})`,
  );
  return called.replaceAll(
    /\b(sum|avg|average|count|min|max)\s*\(\s*([^()]+?)\s+(?:where|if|when|for which)\s+([^()]+)\)/giu,
    (_, name: string, of: string, condition: string) => {
      const what = /^(?:\*|rows?|all|records?)$/iu.test(of) ? '1' : of.replace(/^distinct\s+/iu, '');
      const distinct = /^distinct\s/iu.test(of) ? 'DISTINCT ' : '';
      return `${name.replace(/average/iu, 'avg')}(${distinct}CASE WHEN ${condition} THEN ${what} END)`;
    },
  );
}

type Join = (left: MeasureDefinition, right: MeasureDefinition) => MeasureDefinition;
const ratio: Join = (left, right) => ratioMeasure(left, right);
const percentage: Join = (left, right) => ({ kind: 'ratio', numerator: left, denominator: right, factor: 100 });

/** The ways to take the text as an operation on two measures, the loosest binding first. */
function operations(text: string): readonly (readonly [string, string, Join])[] {
  const named = [
    [/^(?:the )?(?:ratio|quotient|rate|proportion|fraction|share) (?:of|between) (?<rest>.+)$/iu, ratio],
    [/^(?:the )?percentage (?:of|between) (?<rest>.+)$/iu, percentage],
    [/^(?:the )?difference (?:of|between) (?<rest>.+)$/iu, join('subtract')],
    [/^(?:the )?product of (?<rest>.+)$/iu, join('multiply')],
    [/^(?:the )?sum of (?<rest>.+)$/iu, join('add')],
  ] as const;
  const phrases = named.flatMap(([form, operation]) => {
    const rest = form.exec(text)?.groups?.rest;
    if (rest === undefined) return [];
    return splitsAt(rest, / (?:to|and|over|out of) (?:the )?/giu).map(([a, b]) => [a, b, operation] as const);
  });
  const percent = splitsAt(text, / as an? percentage of (?:the )?/giu).map(([a, b]) => [a, b, percentage] as const);
  // The last sign of a level is applied last.
  const level = (signs: RegExp, of: (sign: string) => Join): readonly (readonly [string, string, Join])[] =>
    splitsAt(text, signs)
      .toReversed()
      .map(([a, b]) => [a, b, of(text.slice(a.length, text.length - b.length))] as const);
  return [
    ...phrases,
    ...percent,
    ...level(/ (?:[+-]|plus|minus) /giu, (sign) => join(/[-]|minus/iu.test(sign) ? 'subtract' : 'add')),
    ...level(/ ?[*/×÷] ?| (?:divided by|multiplied by|times|over) /giu, (sign) =>
      /[/÷]|divided|over/iu.test(sign) ? ratio : join('multiply'),
    ),
  ].filter(([left, right]) => left !== '' && right !== '');
}

function join(operator: 'add' | 'subtract' | 'multiply'): Join {
  return (left, right) => combinedMeasure(operator, left, right);
}

/** `SUM(amount) where status = 'C'`: the condition is on every aggregate inside. */
async function filteredMeasure(
  tools: FormulaTools,
  text: string,
  preferred: readonly Dataset[],
): Promise<MeasureDefinition | null> {
  for (const [left, right] of splitsAt(
    text,
    /,? (?:where|for which|only for(?: rows)? (?:where|with)|filtered (?:by|to)|whose|with) /giu,
  )) {
    const measure = await attempt(() => measureOfText(tools, left, preferred));
    const condition = measure === null ? null : await attempt(() => conditionOfText(tools, right, preferred));
    if (measure !== null && condition !== null) return withFilter(measure, condition);
  }
  return null;
}

const aggregateForms: readonly (readonly [RegExp, AggregateFunction])[] = [
  [/^(?:the )?(?:total )?(?:number|count) of (?:all )?(?:distinct|unique|different) (?<of>.+)$/iu, 'count_distinct'],
  [/^(?:the )?(?:total )?(?:number|count) of (?:all )?(?:the )?(?<of>.+)$/iu, 'count'],
  [/^(?:the )?(?:sum|total)(?: of)?(?: all)?(?: the)? (?<of>.+)$/iu, 'sum'],
  [/^(?:the )?(?:average|mean|avg)(?: of)?(?: all)?(?: the)? (?<of>.+)$/iu, 'avg'],
  [/^(?:the )?median(?: of)?(?: the)? (?<of>.+)$/iu, 'median'],
  [/^(?:the )?(?:maximum|max|highest|largest|greatest)(?: of)?(?: the)? (?<of>.+)$/iu, 'max'],
  [/^(?:the )?(?:minimum|min|lowest|smallest|least)(?: of)?(?: the)? (?<of>.+)$/iu, 'min'],
];

/** `SUM(order amount)`: a function of SQL over a name in words. */
const functionForm =
  /^(?<name>sum|total|avg|average|mean|median|min|minimum|max|maximum|count)\s*\(\s*(?<distinct>distinct |unique )?(?<of>[\p{L}\p{N}_ ]+)\)$/iu;

function asWords(text: string): string {
  const { name, distinct, of } = functionForm.exec(text)?.groups ?? {};
  if (name === undefined || of === undefined) return text;
  return /^count$/iu.test(name) ? `number of ${distinct ?? ''}${of}` : `${name} of ${of}`;
}

/** `the total amount`, `the number of orders`, `the average price of items`. */
function wordedAggregate(tools: FormulaTools, text: string, preferred: readonly Dataset[]): MeasureDefinition | null {
  const words = asWords(text);
  for (const [form, name] of aggregateForms) {
    const of = form.exec(words)?.groups?.of?.trim();
    if (of === undefined || /[()]/u.test(of)) continue;
    const table = name === 'count' || name === 'sum' ? tools.names.dataset(of) : null;
    if (table !== null) return aggregate('count', table.name, null);
    const narrowed = name === 'count' ? countOfRows(tools.names, of) : null;
    if (narrowed !== null) return narrowed;
    const found = columnOrNull(tools, of, preferred);
    if (found === null) continue;
    if ((name === 'sum' || name === 'avg' || name === 'median') && !isNumeric(found.column.type)) continue;
    return aggregate(name, found.dataset.name, referenceTo(found));
  }
  return null;
}

function aggregate(name: AggregateFunction, home: string, argument: Expression | null): MeasureDefinition {
  return { kind: 'aggregate', function: name, home, argument, filter: null, fraction: null, orderedBy: null };
}

/** What a text computes of each row of one table: a number or a time made of its columns. Raises SqlTextError for other texts. */
export async function rowFormulaOfText(
  tools: FormulaTools,
  text: string,
  preferred: readonly Dataset[],
): Promise<{ readonly expression: Expression; readonly type: DataType }> {
  return await tools.names.withHome(preferred, async ({ column, home }) => {
    const scope = { column, home, metric: () => null };
    const expression = await parseSqlExpression(tools.engine, unwrapped(text), scope);
    const { type } = checkTyped(() => typeOfExpression(expression, typesOf(tools.datasets, null)));
    if (!(isNumeric(type) || isTemporal(type)) || expression.kind === 'column' || columnsOf(expression).length === 0)
      throw new SqlTextError('it computes nothing from the columns of a row', 0);
    return { expression, type };
  });
}

/** A condition in SQL or in words. Raises SqlTextError where it is neither. */
export async function conditionOfText(
  tools: FormulaTools,
  text: string,
  preferred: readonly Dataset[],
): Promise<Expression> {
  return await onceTried(tools, 'condition', unwrapped(text), (body) => readCondition(tools, body, preferred));
}

async function readCondition(tools: FormulaTools, body: string, preferred: readonly Dataset[]): Promise<Expression> {
  const types = typesOf(tools.datasets, null);
  let failure: SqlTextError;
  try {
    return await tools.names.withHome(preferred, async ({ column, home }) => {
      const expression = await parseSqlExpression(tools.engine, body, { column, home, metric: () => null });
      requireBoolean(expression, types);
      return expression;
    });
  } catch (thrown) {
    if (!(thrown instanceof SqlTextError)) throw thrown;
    failure = thrown;
  }
  const worded = wordedComparison(tools, body, preferred) ?? bareComparison(body, preferred);
  if (worded !== null) return worded;
  for (const [kind, separator] of [
    ['or', /,? or /giu],
    ['and', /,? and /giu],
  ] as const) {
    for (const [left, right] of splitsAt(body, separator)) {
      const first = await attempt(() => conditionOfText(tools, left, preferred));
      const second = first === null ? null : await attempt(() => conditionOfText(tools, right, preferred));
      if (first !== null && second !== null) return { kind, operands: [first, second] };
    }
  }
  throw failure;
}

const comparisonForms: readonly (readonly [RegExp, ComparisonOperator])[] = [
  [/ (?:is|are|was|were)? ?(?:not equal to|not|other than|different from) /giu, 'ne'],
  [/ (?:is |are |was )?(?:at least|no less than|greater than or equal to|on or after) /giu, 'ge'],
  [/ (?:is |are |was )?(?:at most|no more than|up to|less than or equal to|on or before) /giu, 'le'],
  [/ (?:is |are |was )?(?:greater than|more than|higher than|larger than|over|above|exceeds|after) /giu, 'gt'],
  [/ (?:is |are |was )?(?:less than|lower than|smaller than|fewer than|under|below|before) /giu, 'lt'],
  [/ (?:is equal to|equals|equal to|is set to|set to|being|is|are|was|of|=) /giu, 'eq'],
];

/** `the status is 'C'`, `amount greater than 100`, `status is C or D`. */
function wordedComparison(tools: FormulaTools, text: string, preferred: readonly Dataset[]): Expression | null {
  for (const [form, operator] of comparisonForms) {
    for (const [left, right] of splitsAt(text, form)) {
      const found = columnOrNull(tools, left, preferred);
      if (found === null) continue;
      const listed = right.replace(/^(?:either|one of|in) /iu, '').replace(/^\((.*)\)$/u, '$1');
      const values = listed.split(/\s*,\s*(?:or |and )?|\s+or\s+/iu).map((value) => literalFor(found, value));
      if (!values.every((value) => value !== null)) continue;
      const [only, ...others] = values;
      if (only === undefined || (others.length > 0 && operator !== 'eq' && operator !== 'ne')) continue;
      const operand = referenceTo(found);
      return others.length > 0
        ? { kind: 'in', operand, values, negated: operator === 'ne' }
        : { kind: 'comparison', operator, left: operand, right: { kind: 'literal', literal: only } };
    }
  }
  return null;
}

/** The value as a constant of the column's type; unquoted text only where the column has it as a value. */
function literalFor({ column }: FoundColumn, text: string): Literal | null {
  const quoted = /^(['"`])(.*)\1$/u.exec(text.trim());
  const plain = quoted?.[2] ?? text.trim();
  switch (column.type.kind) {
    case 'text': {
      const same = column.values?.find(({ value }) => value.toLowerCase() === plain.toLowerCase());
      if (quoted === null && same === undefined) return null;
      return { type: 'text', value: quoted === null ? (same?.value ?? plain) : plain };
    }
    case 'integer':
      return /^-?\d+$/u.test(plain) ? { type: 'integer', value: plain } : null;
    case 'decimal':
    case 'double':
      return /^-?\d+(\.\d+)?$/u.test(plain) ? { type: 'decimal', value: plain } : null;
    case 'boolean':
      return /^(?:true|false)$/iu.test(plain) ? { type: 'boolean', value: plain.toLowerCase() === 'true' } : null;
    case 'date':
    case 'timestamp':
      return /^\d{4}-\d\d-\d\d$/u.test(plain) ? { type: 'date', value: plain } : null;
    default:
      return null;
  }
}

function columnOrNull(tools: FormulaTools, phrase: string, preferred: readonly Dataset[]): FoundColumn | null {
  try {
    return tools.names.column(phrase, preferred);
  } catch (thrown) {
    if (thrown instanceof SqlTextError) return null;
    throw thrown;
  }
}

/** Null where the text is not what was tried; other failures go on. */
export async function attempt<Result>(act: () => Promise<Result>): Promise<Result | null> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof SqlTextError) return null;
    throw thrown;
  }
}

/** The formula with each column that is named in words written as one (`list price * 2` of `catalog.list_price`). */
export function namedColumns(names: NoteNames, text: string): string {
  return text.replaceAll(/\p{L}[\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)+/gu, (phrase) => {
    try {
      const { dataset, column } = names.column(phrase, []);
      return `"${dataset.name}"."${column.name}"`;
    } catch (thrown) {
      if (thrown instanceof SqlTextError) return phrase;
      throw thrown;
    }
  });
}
