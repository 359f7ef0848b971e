import { quoteIdentifier } from '../engine/sql-text.js';
import type { EvidenceEntry, ZeroDenominatorFacts } from '../plan/evidence.js';
import type { AggregateQuery, DetailQuery, Expression, Measure, MeasureDefinition, Query } from '../plan/query.js';
import {
  aggregatesOf,
  allOf,
  conjunctsOf,
  expressionAt,
  nodesOf,
  occurrencesOf,
  partsOf,
  queriesOf,
  reachOf,
  rowExpressionsOf,
} from '../plan/traverse.js';
import { aggregate, binary, column, integerLiteral, type SqlExpression, select } from '../sql/ast.js';
import { freeName } from '../support/free-name.js';
import { homesOfRows, rowCount } from './open-plan.js';
import { countOf, oneRow, type ProofContext, relation } from './proof-context.js';

type RowQuery = AggregateQuery | DetailQuery;

/** A value computed in rows of a home, in which something is divided; `among` says which rows compute it. */
interface RowDivision {
  readonly output: string;
  readonly home: string;
  readonly value: Expression;
  readonly among: Expression | null;
  /** A condition of the query's filter is tested on rows that it may then leave out. */
  readonly isCondition: boolean;
}

/**
 * Counts what has no value because a denominator is 0, for each output of the product, of the tables that its plan makes and
 * of inner queries: groups for ratios, shares and rates of change, rows for divisions inside of rows. No division, no entry.
 */
export async function countZeroDenominators(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const { datasets = [], query } = context.file.plan;
  const named = [
    ...datasets.flatMap((made) => (made.kind === 'query' ? [{ prefix: `${made.name}.`, query: made.query }] : [])),
    { prefix: '', query },
  ];
  const entries: EvidenceEntry[] = [];
  for (const { prefix, query: outer } of named) {
    for (const [at, inner] of queriesOf(outer).entries())
      entries.push(...(await entriesOf(inner, at === 0 ? prefix : `${prefix}inner ${at}.`, context)));
  }
  return entries;
}

async function entriesOf(query: Query, prefix: string, context: ProofContext): Promise<readonly EvidenceEntry[]> {
  if (query.kind === 'set') return [];
  const entries: EvidenceEntry[] = [];
  if (query.kind === 'aggregate') {
    for (const { name, definition } of query.measures) {
      const divisions = groupDivisions(definition);
      if (divisions.length > 0) entries.push(await groupEntry(name, divisions, { query, prefix }, context));
    }
    if (query.having !== null && divisionsIn(query.having).length > 0) entries.push(unshownHaving(prefix));
  }
  const divisions = rowDivisions(query);
  for (const [at, first] of divisions.entries()) {
    const isSame = (other: RowDivision): boolean => other.output === first.output && other.home === first.home;
    if (divisions.findIndex(isSame) === at)
      entries.push(await rowEntry(first, divisions.filter(isSame), { query, prefix }, context));
  }
  return entries;
}

/** The ratios, shares and rates of change that a measure is made of. */
function groupDivisions(definition: MeasureDefinition): readonly MeasureDefinition[] {
  const isDivision =
    definition.kind === 'ratio' ||
    definition.kind === 'share' ||
    (definition.kind === 'change' && definition.as !== 'difference');
  return [...(isDivision ? [definition] : []), ...partsOf(definition).flatMap(groupDivisions)];
}

/** Runs the query once more with the denominators beside the measure. */
async function groupEntry(
  name: string,
  divisions: readonly MeasureDefinition[],
  { query, prefix }: { readonly query: AggregateQuery; readonly prefix: string },
  { engine, file, compile }: ProofContext,
): Promise<EvidenceEntry> {
  const taken = new Set([...query.dimensions, ...query.measures].map((output) => output.name));
  const witnesses = divisions.map((division, at) => ({
    division,
    value: witness(freeName(`dpb_value_${at}`, taken), division),
    below: witness(freeName(`dpb_below_${at}`, taken), belowOf(division)),
  }));
  const measures = [...query.measures, ...witnesses.flatMap(({ value, below }) => [value, below])];
  const result = 'dpb zero';
  const sql = compile({ ...file.plan, query: { ...query, measures } });
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(result)} AS ${sql}`);
  const isZero = witnesses.map(({ division, value, below }) => zeroAt(division, value.name, below.name));
  const isWrong = witnesses.map(({ value }, at): SqlExpression => {
    const present = isNull(column(null, value.name), true);
    return { kind: 'logical', operator: 'and', operands: [isZero[at] ?? present, present] };
  });
  const counted = await oneRow(
    engine,
    select(
      [
        { expression: aggregate('count', [{ kind: 'star' }]), alias: 'all' },
        { expression: countWhere(isZero), alias: 'zero' },
        { expression: countWhere(isWrong), alias: 'wrong' },
      ],
      relation(result),
    ),
  );
  const [all, zero] = [countOf(counted.get('all')), countOf(counted.get('zero'))];
  return verdictOf(`zero.${prefix}${name}`, { column: name, of: 'groups', zero, all }, countOf(counted.get('wrong')));
}

/** The denominator of a ratio; of a share what it is of, of a rate the difference: both are there where only 0 is in the way. */
function belowOf(division: MeasureDefinition): MeasureDefinition {
  switch (division.kind) {
    case 'ratio':
      return division.denominator;
    case 'share':
      return division.of;
    case 'change':
      return { ...division, as: 'difference' };
    default:
      return division;
  }
}

function zeroAt(division: MeasureDefinition, value: string, below: string): SqlExpression {
  if (division.kind === 'ratio') return binary('=', column(null, below), integerLiteral(0));
  const operands = [isNull(column(null, below), true), isNull(column(null, value), false)];
  return { kind: 'logical', operator: 'and', operands };
}

/** Counts the rows whose value is null where a divisor in it is 0. */
async function rowEntry(
  { output, home, isCondition }: RowDivision,
  divisions: readonly RowDivision[],
  { query, prefix }: { readonly query: RowQuery; readonly prefix: string },
  { engine, file, compile }: ProofContext,
): Promise<EvidenceEntry> {
  const measures = divisions.flatMap(({ value, among }, at) => {
    const zero = allOf([...(among === null ? [] : [among]), isVoid(value)]);
    const wrong = allOf([...(among === null ? [] : [among]), anyOf(divisionsIn(value).map(isWrongQuotient))]);
    return [
      witness(`all_${at}`, rowCount(home, among)),
      witness(`zero_${at}`, rowCount(home, zero)),
      witness(`wrong_${at}`, rowCount(home, wrong)),
    ];
  });
  const counts: AggregateQuery = {
    kind: 'aggregate',
    tables: query.tables,
    joins: query.joins,
    unmatched: query.unmatched,
    every: null,
    dimensions: [],
    measures,
    filter: isCondition ? null : query.filter,
    having: null,
    orderBy: [],
    limit: null,
  };
  const { columns, rows } = await engine.query(compile({ ...file.plan, query: counts }));
  const total = (start: string): number =>
    columns.reduce((sum, { name }, at) => sum + (name.startsWith(start) ? countOf(rows[0]?.[at]) : 0), 0);
  const facts: ZeroDenominatorFacts = { column: output, of: 'rows', zero: total('zero_'), all: total('all_') };
  return verdictOf(`zero.${prefix}${output}.${home}`, facts, total('wrong_'));
}

/** All values in rows in which something is divided, by output and home. */
function rowDivisions(query: RowQuery): readonly RowDivision[] {
  const homes = homesOfRows(query);
  const conditions = conjunctsOf(query.filter).flatMap((value) =>
    homes
      .filter((home) => occurrencesOf(value).every((table) => reachOf(home, query.joins).has(table)))
      .map((home): RowDivision => ({ output: 'filter', home, value, among: null, isCondition: true })),
  );
  return [...outputValues(query, homes), ...conditions].filter(({ value }) => divisionsIn(value).length > 0);
}

function outputValues(query: RowQuery, homes: readonly string[]): readonly RowDivision[] {
  const plain = { among: null, isCondition: false };
  if (query.kind === 'detail')
    return query.columns.map(({ name, expression }) => ({
      output: name,
      home: query.home,
      value: expression,
      ...plain,
    }));
  const keys = query.dimensions.flatMap((dimension) =>
    homes.map((home) => ({ output: dimension.name, home, value: expressionAt(dimension, home), ...plain })),
  );
  const folded = query.measures.flatMap(({ name, definition }) =>
    aggregatesOf(definition).flatMap((measure) =>
      rowExpressionsOf(measure).map((value): RowDivision => {
        const among = value === measure.filter ? null : measure.filter;
        return { output: name, home: measure.home, value, among, isCondition: false };
      }),
    ),
  );
  return [...keys, ...folded];
}

type Division = Extract<Expression, { kind: 'arithmetic' }>;

/** What is divided in the expression by something that is not a constant. */
function divisionsIn(expression: Expression): readonly Division[] {
  return nodesOf(expression).flatMap((node) =>
    node.kind === 'arithmetic' &&
    (node.operator === 'divide' || node.operator === 'modulo') &&
    node.right.kind !== 'literal'
      ? [node]
      : [],
  );
}

/** The value is null and a divisor in it 0: a `case` that gives something else there has said what it wants. */
function isVoid(value: Expression): Expression {
  const someZero = anyOf(divisionsIn(value).map(({ right }) => isZero(right)));
  return { kind: 'and', operands: [someZero, { kind: 'is_null', operand: value, negated: false }] };
}

function anyOf(operands: readonly Expression[]): Expression {
  return { kind: 'or', operands };
}

function isWrongQuotient(division: Division): Expression {
  const present: Expression = { kind: 'is_null', operand: division, negated: true };
  return { kind: 'and', operands: [isZero(division.right), present] };
}

function isZero(left: Expression): Expression {
  const right: Expression = { kind: 'literal', literal: { type: 'integer', value: '0' } };
  return { kind: 'comparison', operator: 'eq', left, right };
}

function witness(name: string, definition: MeasureDefinition): Measure {
  return { name, label: name, description: 'For the proof.', shown: true, unit: null, definition };
}

function verdictOf(id: string, facts: ZeroDenominatorFacts, wrong: number): EvidenceEntry {
  const title = `${facts.column} is null where a denominator is 0`;
  const claim = { id, title, severity: 'error', kind: 'zero_denominators', facts } as const;
  if (wrong === 0) return { ...claim, status: 'proved', why: null };
  return { ...claim, status: 'failed', why: `${wrong} of ${facts.all} ${facts.of} have a value there` };
}

function unshownHaving(prefix: string): EvidenceEntry {
  return {
    id: `zero.${prefix}having`,
    title: 'Groups whose condition divides by 0',
    severity: 'warning',
    kind: 'zero_denominators',
    facts: null,
    status: 'not_shown',
    why: 'a division inside the condition on groups is not counted: make it a measure',
  };
}

function countWhere(conditions: readonly SqlExpression[]): SqlExpression {
  const [first, ...others] = conditions;
  const filter: SqlExpression | null =
    first !== undefined && others.length > 0
      ? { kind: 'logical', operator: 'or', operands: conditions }
      : (first ?? null);
  return aggregate('count', [{ kind: 'star' }], { filter });
}

function isNull(operand: SqlExpression, negated: boolean): SqlExpression {
  return { kind: 'is_null', operand, negated };
}
