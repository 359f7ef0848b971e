import { queriesOfPlan } from '../../plan/plan-datasets.js';
import type { SourceColumn, SourceTable } from '../../plan/product.js';
import type { Expression, Literal, SemanticPlan } from '../../plan/query.js';
import { columnsOf, datasetOf, expressionsOf, nodesOf } from '../../plan/traverse.js';
import { castTo } from '../../proof/naive/cast.js';
import { RunFailure } from '../../proof/naive/run-failure.js';
import { moveDate } from '../../support/iso-date.js';

/** A made-up cell: its value as text that a cast to the column's type reads, or null. */
export type Cell = string | null;

/** Values to make up rows from, by dataset and column: those that the plan compares the column with come first. */
export type ValuePools = ReadonlyMap<string, readonly string[]>;

/** The key of a column in maps over all sources. */
export function columnKey(dataset: string, column: string): string {
  return JSON.stringify([dataset, column]);
}

/** Pools for all columns of `sources`. Times lie around `asOf` and around the dates that the plan names. */
export function valuePools(plan: SemanticPlan, sources: readonly SourceTable[], asOf: string): ValuePools {
  const named = namedValues(plan);
  const dates = [0, -1, -20, -40, -75, -110, -370].map((days) => moveDate(asOf, days));
  return new Map(
    sources.flatMap(({ dataset, columns }) =>
      columns.map((column) => {
        const key = columnKey(dataset, column.name);
        const wanted = (named.get(key) ?? []).flatMap((literal) => around(literal, column));
        const isRead = isCastFromText(plan, dataset, column.name);
        const usual = isRead ? ['1', '2', '3.50', '2025-01-02'] : usualValues(column, dates);
        return [key, [...new Set([...wanted, ...usual])].filter((value) => fits(value, column))] as const;
      }),
    ),
  );
}

/** Whether the text is a value of the column's type. */
function fits(value: string, { type }: SourceColumn): boolean {
  try {
    castTo({ kind: 'text', value }, type);
    return true;
  } catch (thrown) {
    if (thrown instanceof RunFailure) return false;
    throw thrown;
  }
}

/** A value that no pool holds, for a key without partner. */
export function strangeValue({ type }: SourceColumn): string {
  switch (type.kind) {
    case 'integer':
      return '99';
    case 'decimal':
      return ['0.5', '9'][type.precision - type.scale] ?? '99';
    case 'double':
      return '99.5';
    case 'date':
    case 'timestamp':
      return '1999-12-31';
    case 'boolean':
      return 'true';
    case 'time':
      return '23:59:59';
    default:
      return 'nobody';
  }
}

function usualValues({ type, fractionDigits }: SourceColumn, dates: readonly string[]): readonly string[] {
  switch (type.kind) {
    case 'boolean':
      return ['true', 'false'];
    case 'integer':
      return ['1', '2', '3'];
    case 'decimal':
      return type.scale === 0 || type.precision === type.scale
        ? ['0', '1'].slice(0, type.scale === 0 ? 2 : 1)
        : ['1.5', '2', '3.5'];
    case 'double':
      return fractionDigits === 0 ? ['1', '2', '3'] : ['1.5', '2', '3.5'];
    case 'text':
      return ['a', 'b', 'c'];
    case 'date':
      return dates;
    case 'timestamp':
      return dates.map((date, index) => `${date} ${['00:00:00', '09:30:00', '23:59:59'][index % 3]}`);
    case 'time':
      return ['08:00:00', '17:30:00'];
    case 'other':
      return [];
  }
}

/** The literals that conditions hold each column against, wherever in the plan. */
function namedValues(plan: SemanticPlan): ReadonlyMap<string, readonly Literal[]> {
  const found = new Map<string, readonly Literal[]>();
  for (const query of queriesOfPlan(plan)) {
    if (query.kind === 'set') continue;
    for (const node of expressionsOf(query).flatMap(nodesOf)) {
      const literals = literalsOf(node);
      if (literals.length === 0) continue;
      for (const { table, column } of columnsOf(node)) {
        const key = columnKey(datasetOf(query, table), column);
        found.set(key, [...(found.get(key) ?? []), ...literals]);
      }
    }
  }
  return found;
}

function literalsOf(node: Expression): readonly Literal[] {
  switch (node.kind) {
    case 'comparison':
      return [node.left, node.right].flatMap((side) => (side.kind === 'literal' ? [side.literal] : []));
    case 'between':
      return [node.low, node.high].flatMap((side) => (side.kind === 'literal' ? [side.literal] : []));
    case 'in':
      return node.values.slice(0, 3);
    case 'like':
      return [{ type: 'text', value: node.pattern.replaceAll(/\\(.)|[%_]/gs, '$1') }];
    default:
      return [];
  }
}

/** The literal as a value of the column, and what is just before and after it; none where it does not fit the type. */
function around(literal: Literal, { type }: SourceColumn): readonly string[] {
  if (literal.type === 'null') return [];
  const value = String(literal.value);
  switch (type.kind) {
    case 'integer':
      return /^-?\d{1,15}$/.test(value) ? [value, String(Number(value) + 1), String(Number(value) - 1)] : [];
    case 'decimal':
    case 'double':
      return /^-?\d{1,12}(\.\d{1,6})?$/.test(value) ? [value, ...[1, -1].map((step) => stepped(value, step))] : [];
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.test(value) ? [0, 1, -1].map((days) => moveDate(value.slice(0, 10), days)) : [];
    case 'timestamp':
      return /^\d{4}-\d{2}-\d{2}/.test(value)
        ? [0, 1, -1].map((days) => `${moveDate(value.slice(0, 10), days)} 12:00:00`)
        : [];
    case 'text':
      return literal.type === 'text' ? [value] : [];
    default:
      return [];
  }
}

function stepped(value: string, step: number): string {
  const [whole = '0', fraction] = value.split('.');
  const moved = String(Number(whole) + step);
  return fraction === undefined ? moved : `${moved}.${fraction}`;
}

/** Whether a table of the plan reads the column as another type: then its text must look like one. */
function isCastFromText({ datasets = [] }: SemanticPlan, dataset: string, column: string): boolean {
  return datasets.some(
    (made) =>
      made.kind === 'prepared' &&
      made.from.includes(dataset) &&
      made.columns.some(({ name, cast }) => name === column && cast !== null && cast.to.kind !== 'text'),
  );
}
