import { typeText } from '../plan/data-type.js';
import type { TableShape } from '../plan/product.js';
import type { PreparedDataset } from '../plan/query.js';
import {
  binary,
  cast,
  column,
  conjunction,
  integerLiteral,
  type SqlExpression,
  type SqlRelation,
  textLiteral,
} from '../sql/ast.js';
import { preparedCastSql } from '../sql/prepared-cast-sql.js';
import { bug } from '../support/errors.js';
import { existsRow, type ProofContext } from './proof-context.js';
import {
  type Branch,
  inheritedReason,
  type Traced,
  type TracedTable,
  tracedAlias,
  tracedExists,
  traceTable,
} from './trace-table.js';

/**
 * The rows of one input of a prepared table that the traced rows are made of, and those that gave way to them: that a cast
 * refuses, or that another row of their key replaces.
 */
export async function tracePrepared(
  dataset: PreparedDataset,
  from: string,
  traced: Traced,
  context: ProofContext,
): Promise<TracedTable> {
  const shape = shapeOf(dataset.name, context);
  const valueIn = (input: string, alias: string) => (name: string) =>
    preparedValue(dataset, name, shape, shapeOf(input, context), alias);
  const value = valueIn(from, from);
  const names = shape.columns.map(({ name }) => name);
  const sameAs = (alias: string, columns: readonly string[]): readonly SqlExpression[] =>
    columns.map((name) => binary('is not distinct from', column(alias, name), value(name)));
  const { dedupe } = dataset;
  const relation: SqlRelation = { kind: 'table', schema: null, name: from, alias: from };
  const belonging =
    dedupe === null ? sameAs(tracedAlias, names) : sameKey(dedupe.key, value, sameAs(tracedAlias, names));
  const branches = [
    ...refusals(dataset, from, value, context),
    ...(dedupe === null ? [] : replacements(dataset, dedupe.key, from, { names, value, valueIn, sameAs })),
    inheritedReason(traced, sameAs(tracedAlias, names)),
  ];
  return await traceTable(
    { home: from, dataset: from, relation },
    branches,
    tracedExists(traced, belonging, false),
    context,
  );
}

/** Rows of the same key; a row without a whole key is equal to no other, so it must be the same in all. */
function sameKey(
  key: readonly string[],
  value: (name: string) => SqlExpression,
  same: readonly SqlExpression[],
): readonly SqlExpression[] {
  const equal = conjunction(key.map((name) => binary('=', column(tracedAlias, name), value(name))));
  const whole = conjunction(same);
  return equal === null || whole === null ? [] : [{ kind: 'logical', operator: 'or', operands: [equal, whole] }];
}

/** The value of a column of the prepared table for a row of one of its inputs. */
function preparedValue(
  dataset: PreparedDataset,
  name: string,
  shape: TableShape,
  input: TableShape,
  alias: string,
): SqlExpression {
  const type = shape.columns.find((own) => own.name === name)?.type;
  const change = dataset.columns.find((own) => own.name === name)?.cast ?? null;
  if (type === undefined) throw bug(`"${dataset.name}" has no column "${name}"`);
  const source = input.columns.find((own) => own.name === name);
  if (source === undefined) return cast({ kind: 'literal', literal: { type: 'null' } }, type);
  return change === null
    ? cast(column(alias, name), type)
    : preparedCastSql(column(alias, name), source.type, { ...change, to: type });
}

/** Values that do not fit, each at the first of them. */
function refusals(
  dataset: PreparedDataset,
  from: string,
  value: (name: string) => SqlExpression,
  context: ProofContext,
): readonly Branch[] {
  const known = new Set(shapeOf(from, context).columns.map(({ name }) => name));
  return dataset.columns.flatMap(({ name, cast: change }): readonly Branch[] => {
    if (change?.onFailure !== 'drop' || !known.has(name)) return [];
    const isLost = conjunction([
      { kind: 'is_null', operand: column(from, name), negated: true },
      { kind: 'is_null', operand: value(name), negated: false },
    ]);
    if (isLost === null) return [];
    return [{ when: isLost, then: textLiteral(`not so: ${name} fits ${typeText(change.to)}`) }];
  });
}

/** Rows with a whole key of which another row stands in the table, and rows that are there before just the same. */
function replacements(
  dataset: PreparedDataset,
  key: readonly string[],
  from: string,
  {
    names,
    value,
    valueIn,
    sameAs,
  }: {
    readonly names: readonly string[];
    readonly value: (name: string) => SqlExpression;
    readonly valueIn: (input: string, alias: string) => (name: string) => SqlExpression;
    readonly sameAs: (alias: string, columns: readonly string[]) => readonly SqlExpression[];
  },
): readonly Branch[] {
  const isWhole = key.map((name): SqlExpression => ({ kind: 'is_null', operand: value(name), negated: true }));
  const held = (condition: SqlExpression, text: string): Branch => ({
    when: conjunction([...isWhole, condition]) ?? condition,
    then: textLiteral(text),
  });
  const stands: SqlRelation = { kind: 'table', schema: null, name: dataset.name, alias: 'standing' };
  const again: SqlExpression = {
    kind: 'window',
    function: 'row_number',
    arguments: [],
    partitionBy: names.map(value),
    orderBy: [],
    frame: null,
  };
  const earlier = dataset.from.slice(0, dataset.from.indexOf(from)).map((input): Branch => {
    const before: SqlRelation = { kind: 'table', schema: null, name: input, alias: 'before' };
    const other = valueIn(input, 'before');
    const same = names.map((name) => binary('is not distinct from', other(name), value(name)));
    return held(existsRow(before, same, false), `the same row is in ${input}`);
  });
  return [
    held(existsRow(stands, sameAs('standing', names), true), `a later row of its ${key.join(', ')} counts`),
    ...earlier,
    held(binary('>', again, integerLiteral(1)), 'the same row is there before'),
  ];
}

function shapeOf(name: string, { tables }: ProofContext): TableShape {
  const found = tables.find(({ dataset }) => dataset === name);
  if (found === undefined) throw bug(`no dataset "${name}" among the tables`);
  return found;
}
