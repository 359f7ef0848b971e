import type { AggregateMeasure, Expression, Snapshot } from '../../plan/query.js';
import type {
  NamedAggregate,
  NamedExpression,
  NamedWindow,
  Relation,
  ResultColumn,
  Step,
} from '../../plan/relational.js';
import { allOf, columnsOf, mapExpression } from '../../plan/traverse.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { bug } from '../../support/errors.js';
import { freeName } from '../../support/free-name.js';
import type { Scope } from '../scope.js';

/** The rows of a home before they are folded, and what they are folded to. */
export interface Folding {
  readonly input: Relation;
  readonly keys: readonly NamedExpression[];
  readonly aggregates: readonly NamedAggregate[];
}

/**
 * Where aggregates take a snapshot: a step with the rows of the home beside the place of each in time, within its group and
 * `per`, and the folding of that step, of which only the first place counts. Without snapshots the folding as it is.
 */
export function withSnapshots(
  folding: Folding,
  measures: readonly { readonly column: string; readonly aggregate: AggregateMeasure }[],
  dataset: string,
  typeOf: (expression: Expression) => ResultColumn,
  scope: Scope,
): { readonly steps: readonly Step[]; readonly folding: Folding } {
  const taken = measures.flatMap(({ column, aggregate }) =>
    aggregate.snapshot === null || aggregate.snapshot === undefined
      ? []
      : [{ column, snapshot: aggregate.snapshot, filter: aggregate.filter }],
  );
  if (taken.length === 0) return { steps: [], folding };
  const read = [
    ...folding.keys.map(({ expression }) => expression),
    ...folding.aggregates.flatMap(({ argument, filter, orderedBy }) =>
      [argument, filter, orderedBy].filter((expression) => expression !== null),
    ),
  ].flatMap(columnsOf);
  const names = new Set<string>();
  const carried = new Map(read.map((column) => [canonicalJson(column), { column, name: '' }]));
  for (const entry of carried.values()) entry.name = freeName(nameOf(entry.column), names);
  const places = new Map<string, { readonly name: string; readonly window: NamedWindow }>();
  for (const { snapshot, filter } of taken) {
    const meaning = canonicalJson([snapshot, filter]);
    if (places.has(meaning)) continue;
    const name = freeName(`${snapshot.take === 'first' ? 'from_first' : 'from_last'}`, names);
    places.set(meaning, { name, window: placeWindow(name, snapshot, filter, folding.keys) });
  }
  const name = scope.names.next([dataset, 'by', 'time']);
  const carry = (expression: Expression): Expression =>
    mapExpression(expression, (node) => {
      if (node.kind !== 'column') return node;
      const entry = carried.get(canonicalJson(node));
      if (entry === undefined) throw bug('a snapshot lost a column');
      return { kind: 'column', table: name, column: entry.name };
    });
  const columns = [...carried.values()];
  const step: Step = {
    name,
    note: `Rows of ${dataset}, each with its place in time: 1 is the ${taken
      .map(({ snapshot }) => snapshot.take)
      .filter(isFirst)
      .join(' or the ')}`,
    relation: {
      kind: 'project',
      input: folding.input,
      columns: columns.map((entry) => ({ name: entry.name, expression: entry.column, as: null })),
      windows: [...places.values()].map(({ window }) => window),
      distinct: false,
    },
    columns: [
      ...columns.map((entry) => ({ ...typeOf(entry.column), name: entry.name })),
      ...[...places.values()].map((place) => ({ name: place.name, type: bigint, nullable: true })),
    ],
  };
  const aggregates = folding.aggregates.map((aggregate): NamedAggregate => {
    const { snapshot, filter } = taken.find(({ column }) => column === aggregate.name) ?? {
      snapshot: null,
      filter: null,
    };
    const place = snapshot === null ? undefined : places.get(canonicalJson([snapshot, filter]));
    const kept: readonly Expression[] =
      place === undefined ? (aggregate.filter === null ? [] : [carry(aggregate.filter)]) : [isOne(name, place.name)];
    return {
      ...aggregate,
      argument: aggregate.argument === null ? null : carry(aggregate.argument),
      orderedBy: aggregate.orderedBy === null ? null : carry(aggregate.orderedBy),
      filter: allOf(kept),
    };
  });
  const keys = folding.keys.map((key) => ({ ...key, expression: carry(key.expression) }));
  return { steps: [step], folding: { input: { kind: 'read', step: name, alias: name }, keys, aggregates } };
}

const bigint: ResultColumn['type'] = { kind: 'integer', bits: 64 };

/** The place of a row in time among those of its group and `per` that count; null for rows that do not. */
function placeWindow(
  name: string,
  { take, by, per }: Snapshot,
  filter: Expression | null,
  keys: readonly NamedExpression[],
): NamedWindow {
  const isDated: Expression = { kind: 'is_null', operand: by, negated: true };
  return {
    name,
    function: 'rank',
    argument: null,
    // Rows that the measure holds back must not take the place of those that it counts.
    partitionBy: [...keys.map(({ expression }) => expression), ...per, ...(filter === null ? [] : [filter])],
    orderBy: [{ expression: by, direction: take === 'first' ? 'ascending' : 'descending', nulls: 'last' }],
    frame: { kind: 'partition' },
    where: filter === null ? isDated : { kind: 'and', operands: [filter, isDated] },
    as: null,
  };
}

function isOne(table: string, column: string): Expression {
  return {
    kind: 'comparison',
    operator: 'eq',
    left: { kind: 'column', table, column },
    right: { kind: 'literal', literal: { type: 'integer', value: '1' } },
  };
}

function nameOf({ column }: Extract<Expression, { kind: 'column' }>): string {
  return column.toLowerCase();
}

function isFirst(word: string, position: number, words: readonly string[]): boolean {
  return words.indexOf(word) === position;
}
