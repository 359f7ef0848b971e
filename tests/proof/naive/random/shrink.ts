import type { SemanticPlan } from '../../../../src/plan/query.js';
import { validatePlan } from '../../../../src/plan/validate.js';
import type { Table } from '../../../../src/proof/naive/value.js';

/** A plan with its data. */
export interface Case {
  readonly plan: SemanticPlan;
  readonly tables: readonly Table[];
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Makes a case smaller while `fails` says that it still shows the same: parts of the plan are left out or replaced by parts
 * of themselves, rows of the data are left out. Gives up after `triesMax` tries.
 */
export async function shrunk(found: Case, fails: (smaller: Case) => Promise<boolean>, triesMax: number): Promise<Case> {
  let smallest = found;
  let left = triesMax;
  for (let progress = true; progress && left > 0; ) {
    progress = false;
    for (const candidate of smallerCases(smallest)) {
      if (left <= 0) break;
      left -= 1;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

function* smallerCases({ plan, tables }: Case): Generator<Case> {
  for (const smaller of smallerJson(JSON.parse(JSON.stringify(plan)))) {
    const valid = validOrNull(smaller);
    if (valid !== null) yield { plan: valid, tables };
  }
  for (const [at, table] of tables.entries()) {
    for (const rows of fewerRows(table.rows))
      yield { plan, tables: tables.map((other, position) => (position === at ? { ...table, rows } : other)) };
  }
}

/** The value with one part left out or replaced by a part of itself, large cuts first. */
function* smallerJson(value: Json): Generator<Json> {
  if (value === null || typeof value !== 'object') return;
  if (isKind(value)) {
    for (const part of partsOf(value)) if (part !== value) yield part;
    yield null;
  }
  if (isList(value)) {
    for (const at of value.keys()) yield value.filter((_, position) => position !== at);
    for (const [at, item] of value.entries())
      for (const smaller of smallerJson(item))
        yield value.map((other, position) => (position === at ? smaller : other));
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === 'limit' && item !== null) yield { ...value, limit: null };
    if (key === 'distinct' && item === true) yield { ...value, distinct: false };
    for (const smaller of smallerJson(item)) yield { ...value, [key]: smaller };
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isKind(value: Json): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** The nodes inside a node, the outermost first, no deeper than the next. */
function partsOf(value: Json): readonly Json[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((inner) => (isKind(inner) ? [inner] : partsOf(inner)));
}

function* fewerRows<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let size = rows.length; size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < rows.length; from += size) yield rows.filter((_, at) => at < from || at >= from + size);
}

function validOrNull(plan: unknown): SemanticPlan | null {
  try {
    return validatePlan(plan);
  } catch {
    return null;
  }
}
