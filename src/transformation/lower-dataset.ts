import type { DataType } from '../plan/data-type.js';
import { isoDateText } from '../plan/date-formats.js';
import type { TableShape } from '../plan/product.js';
import type { Expression, PreparedDataset } from '../plan/query.js';
import type { NamedExpression, NamedWindow, Relation, SortKey, Step } from '../plan/relational.js';
import { allOf } from '../plan/traverse.js';
import { wallClockType } from '../plan/type-rules.js';
import { sameData } from '../support/canonical-json.js';
import { bug } from '../support/errors.js';
import { freeName } from '../support/free-name.js';
import { output } from './passes/draft.js';
import type { Scope } from './scope.js';

/**
 * The steps that make sources fit: their rows one under the other with the casts, then, where asked for, the latest of
 * each key. The last step bears the dataset's name.
 */
export function lowerPrepared(dataset: PreparedDataset, scope: Scope): readonly Step[] {
  const shape = shapeOf(dataset.name, scope);
  const inputs = dataset.from.map((name): Relation => inputOf(dataset, shape, shapeOf(name, scope)));
  const [only, ...others] = inputs;
  if (only === undefined) throw bug('a prepared dataset reads nothing');
  const stacked: Relation = others.length === 0 ? only : { kind: 'set', operation: 'union', all: true, inputs };
  const note = dataset.description || `Rows of ${dataset.from.join(', ')}`;
  const columns = shape.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  if (dataset.dedupe === null) return [{ name: dataset.name, note, relation: stacked, columns }];
  const casted: Step = {
    name: scope.names.next([dataset.name, 'before', 'deduplication']),
    note: `Rows of ${dataset.from.join(', ')}, also those with a key that is there again`,
    relation: stacked,
    columns,
  };
  const position = freeName('position', new Set(shape.columns.map(({ name }) => name.toLowerCase())));
  const ranked: Step = {
    name: scope.names.next([dataset.name, 'by', 'age']),
    note: `1 is the latest row of each ${dataset.dedupe.key.join(', ')}`,
    relation: {
      kind: 'project',
      input: { kind: 'read', step: casted.name, alias: casted.name },
      columns: shape.columns.map(({ name }) => ({ name, expression: output(name), as: null })),
      windows: [positionWindow(position, dataset.dedupe, shape)],
      distinct: false,
    },
    columns: [...columns, { name: position, type: { kind: 'integer', bits: 64 }, nullable: false }],
  };
  return [casted, ranked, { name: dataset.name, note, relation: latestOf(ranked, position, dataset, shape), columns }];
}

/** The rows of one source with all columns of the dataset: those it lacks null, those to be cast cast. */
function inputOf(dataset: PreparedDataset, shape: TableShape, source: TableShape): Relation {
  const refusals: Expression[] = [];
  const columns = shape.columns.map(({ name, type }): NamedExpression => {
    const found = source.columns.find((column) => column.name === name);
    if (found === undefined) return { name, expression: nothing(type), as: null };
    const read: Expression = { kind: 'column', table: source.dataset, column: name };
    const change = dataset.columns.find((column) => column.name === name)?.cast ?? null;
    if (change === null) return { name, expression: read, as: isSame(found.type, type) ? null : type };
    const cast: Expression = {
      kind: 'cast',
      operand: change.formats === undefined ? read : isoDateText(read, change.formats),
      to: wallClockType(change.to),
      onFailure: change.onFailure === 'error' ? 'error' : 'null',
    };
    if (change.onFailure === 'drop') refusals.push(fits(read, cast));
    return { name, expression: cast, as: null };
  });
  const scan: Relation = { kind: 'scan', dataset: source.dataset, alias: source.dataset };
  const condition = allOf(refusals);
  const input: Relation = condition === null ? scan : { kind: 'filter', input: scan, condition };
  return { kind: 'project', input, columns, windows: [], distinct: false };
}

/** True where a value can be cast, or there is none. */
function fits(value: Expression, cast: Expression): Expression {
  return {
    kind: 'or',
    operands: [
      { kind: 'is_null', operand: value, negated: false },
      { kind: 'is_null', operand: cast, negated: true },
    ],
  };
}

/** Latest first: by what says so, then by all other columns, so that the same row is taken on every run. */
function positionWindow(
  name: string,
  { key, latestBy }: NonNullable<PreparedDataset['dedupe']>,
  { columns }: TableShape,
): NamedWindow {
  const others = columns.map((column) => column.name).filter((column) => ![...key, ...latestBy].includes(column));
  return {
    name,
    function: 'row_number',
    argument: null,
    partitionBy: key.map(output),
    orderBy: [...latestBy, ...others].map(
      (column): SortKey => ({ expression: output(column), direction: 'descending', nulls: 'last' }),
    ),
    frame: { kind: 'partition' },
    where: null,
    as: null,
  };
}

/** The latest rows, and those without a whole key, which are equal to no other. */
function latestOf(ranked: Step, position: string, { dedupe }: PreparedDataset, { columns }: TableShape): Relation {
  const isLatest: Expression = {
    kind: 'comparison',
    operator: 'eq',
    left: output(position),
    right: { kind: 'literal', literal: { type: 'integer', value: '1' } },
  };
  const keyless = (dedupe?.key ?? []).flatMap((name): readonly Expression[] =>
    columns.find((column) => column.name === name)?.nullable === false
      ? []
      : [{ kind: 'is_null', operand: output(name), negated: false }],
  );
  const condition: Expression = keyless.length === 0 ? isLatest : { kind: 'or', operands: [isLatest, ...keyless] };
  return {
    kind: 'project',
    input: { kind: 'filter', input: { kind: 'read', step: ranked.name, alias: ranked.name }, condition },
    columns: columns.map(({ name }) => ({ name, expression: output(name), as: null })),
    windows: [],
    distinct: false,
  };
}

function nothing(type: DataType): Expression {
  return { kind: 'cast', operand: { kind: 'literal', literal: { type: 'null' } }, to: type, onFailure: 'error' };
}

/** A zoned timestamp is read as wall-clock time, so its column is one afterwards. */
function isSame(found: DataType, wanted: DataType): boolean {
  return found.kind === 'timestamp' ? wanted.kind === 'timestamp' : sameData(found, wanted);
}

function shapeOf(name: string, { sources }: Scope): TableShape {
  const found = sources.find(({ dataset }) => dataset === name);
  if (found === undefined) throw bug(`no dataset "${name}" among the sources`);
  return found;
}
