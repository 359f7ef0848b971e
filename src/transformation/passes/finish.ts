import type { Expression, Limit, Order } from '../../plan/query.js';
import type { NamedExpression, Relation, ResultColumn, SortKey, Step } from '../../plan/relational.js';
import { isConstant, mapExpression } from '../../plan/traverse.js';
import { bug } from '../../support/errors.js';
import type { QueryUse, Scope } from '../scope.js';
import { output } from './draft.js';

/** Rows with all outputs known as expressions over `input`; what is left is having, order, limit and what is shown. */
export interface Unfinished {
  readonly input: Relation;
  /** In the order of the query; `as` where the engine's own type might differ. */
  readonly outputs: readonly (NamedExpression & ResultColumn & { readonly shown: boolean })[];
  readonly having: Expression | null;
  readonly orderBy: readonly Order[];
  readonly limit: Limit | null;
  readonly distinct: boolean;
  /** Outputs that no two rows agree in; null where no such set is known. */
  readonly uniqueBy: readonly string[] | null;
}

interface Finished {
  readonly steps: readonly Step[];
  readonly relation: Relation;
  readonly columns: readonly ResultColumn[];
}

/**
 * Having, then limit, then the shown columns in the one order of the query: as asked, ties broken by all outputs in
 * turn. An inner query is only sorted where its limit needs it.
 */
export function finish(unfinished: Unfinished, scope: Scope, use: QueryUse): Finished {
  const { limit } = unfinished;
  const needsPositions =
    limit !== null && (limit.per.length > 0 || (limit.ties === 'include' && unfinished.orderBy.length > 0));
  if (needsPositions) return finishByPosition(unfinished, limit, scope, use);
  const { having } = unfinished;
  const filtered: Relation =
    having === null
      ? unfinished.input
      : { kind: 'filter', input: unfinished.input, condition: overInput(having, unfinished) };
  const shown = unfinished.outputs.filter((column) => column.shown);
  const projected: Relation = {
    kind: 'project',
    input: filtered,
    columns: shown.map(named),
    windows: [],
    distinct: unfinished.distinct,
  };
  const isSorted = use === 'result' || limit !== null;
  const keys = isSorted ? totalOrder(unfinished) : [];
  const sorted: Relation = keys.length === 0 ? projected : { kind: 'sort', input: projected, keys };
  const relation: Relation = limit === null ? sorted : { kind: 'limit', input: sorted, count: limit.count };
  return { steps: [], relation, columns: shown.map(typed) };
}

/** A limit per group, or one that keeps ties, counts positions in a step of its own. */
function finishByPosition(unfinished: Unfinished, limit: Limit, scope: Scope, use: QueryUse): Finished {
  const position = freePosition(unfinished);
  const keepsTies = limit.ties === 'include' && unfinished.orderBy.length > 0;
  // Where no two rows are equal in the order, ranks are positions. row_number is kept for rows that may be equal, for
  // DuckDB rewrites filters on it, and in 1.5 wrongly (engine/faulty-optimizers.ts).
  const counting = keepsTies || unfinished.uniqueBy !== null ? 'rank' : 'row_number';
  const everything = distinctRows(unfinished, scope);
  const source = everything?.unfinished ?? unfinished;
  const filtered: Relation =
    source.having === null
      ? source.input
      : { kind: 'filter', input: source.input, condition: overInput(source.having, source) };
  const ranked: Step = {
    name: scope.names.next(['ranked']),
    note: `Positions ${limit.per.length === 0 ? 'in the order asked for' : `within each ${limit.per.join(', ')}`}`,
    relation: {
      kind: 'project',
      input: filtered,
      columns: source.outputs.map(named),
      windows: [
        {
          name: position,
          function: counting,
          argument: null,
          partitionBy: limit.per.map((name) => expressionOf(name, source)),
          // What is equal all through a partition orders nothing in it.
          orderBy: sortKeys(
            (keepsTies ? source.orderBy : completeOrder(source)).filter(({ by }) => !limit.per.includes(by)),
            source,
          ),
          frame: { kind: 'partition' },
          where: null,
          as: null,
        },
      ],
      distinct: false,
    },
    columns: [...source.outputs.map(typed), { name: position, type: { kind: 'integer', bits: 64 }, nullable: false }],
  };
  const rest = finish(
    {
      input: {
        kind: 'filter',
        input: { kind: 'read', step: ranked.name, alias: ranked.name },
        condition: withinLimit(position, limit.count),
      },
      outputs: source.outputs.map((column) => ({ ...column, expression: output(column.name), as: null })),
      having: null,
      orderBy: source.orderBy,
      limit: null,
      distinct: false,
      uniqueBy: source.uniqueBy,
    },
    scope,
    use,
  );
  return { ...rest, steps: [...(everything?.steps ?? []), ranked, ...rest.steps] };
}

/** Duplicates go before positions are counted. */
function distinctRows(
  unfinished: Unfinished,
  scope: Scope,
): { readonly steps: readonly Step[]; readonly unfinished: Unfinished } | null {
  if (!unfinished.distinct) return null;
  const step: Step = {
    name: scope.names.next(['distinct', 'rows']),
    note: 'Each row once',
    relation: {
      kind: 'project',
      input: unfinished.input,
      columns: unfinished.outputs.map(named),
      windows: [],
      distinct: true,
    },
    columns: unfinished.outputs.map(typed),
  };
  const outputs = unfinished.outputs.map((column) => ({ ...column, expression: output(column.name), as: null }));
  return {
    steps: [step],
    unfinished: { ...unfinished, input: { kind: 'read', step: step.name, alias: step.name }, outputs, distinct: false },
  };
}

/** The order asked for, then all other outputs in turn, ascending, nulls last. */
function totalOrder(unfinished: Unfinished): readonly SortKey[] {
  return completeOrder(unfinished).flatMap(({ by, direction, nulls }) => {
    const column = unfinished.outputs.find(({ name }) => name === by);
    if (column === undefined) throw bug(`order by "${by}", which is no output`);
    if (isConstant(column.expression)) return [];
    return [{ expression: column.shown ? output(by) : column.expression, direction, nulls }];
  });
}

/** The keys over the input of the projection; what is the same for all rows orders nothing, and SQL might take it for a position. */
function sortKeys(keys: readonly Order[], unfinished: Unfinished): readonly SortKey[] {
  return keys
    .map(({ by, direction, nulls }) => ({ expression: expressionOf(by, unfinished), direction, nulls }))
    .filter(({ expression }) => !isConstant(expression));
}

/** Once the columns that tell rows apart are in the order, nothing after them can matter, asked for or not. */
function completeOrder({ orderBy, outputs, uniqueBy }: Unfinished): readonly Order[] {
  const asked = new Set(orderBy.map(({ by }) => by));
  const rest = outputs
    .filter(({ name }) => !asked.has(name))
    .map(({ name }): Order => ({ by: name, direction: 'ascending', nulls: 'last' }));
  const complete = [...orderBy, ...rest];
  if (uniqueBy === null) return complete;
  const last = Math.max(-1, ...uniqueBy.map((name) => complete.findIndex(({ by }) => by === name)));
  return complete.slice(0, last + 1);
}

function overInput(having: Expression, unfinished: Unfinished): Expression {
  return mapExpression(having, (node) => (node.kind === 'output' ? expressionOf(node.name, unfinished) : node));
}

function expressionOf(name: string, { outputs }: Unfinished): Expression {
  const column = outputs.find((candidate) => candidate.name === name);
  if (column === undefined) throw bug(`"${name}" is no output`);
  return column.expression;
}

function withinLimit(position: string, count: number): Expression {
  return {
    kind: 'comparison',
    operator: 'le',
    left: output(position),
    right: { kind: 'literal', literal: { type: 'integer', value: String(count) } },
  };
}

function freePosition({ outputs }: Unfinished): string {
  let name = 'position';
  while (outputs.some((column) => column.name === name)) name = `${name}_1`;
  return name;
}

const named = ({ name, expression, as }: NamedExpression): NamedExpression => ({ name, expression, as });
const typed = ({ name, type, nullable }: ResultColumn): ResultColumn => ({ name, type, nullable });
