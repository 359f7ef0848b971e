import { dpbError } from '../support/errors.js';
import { sqlAggregateFunctions, sqlScalarFunctions, sqlWindowFunctions } from './ast.js';

/** What SQL may touch. Names compare without case, as DuckDB's do. */
export interface AllowedSql {
  /** Tables and views by bare name. Common table expressions are allowed where they are in sight. */
  readonly tables: readonly string[];
  /** Beside the functions that dpb's own SQL calls; none by default. */
  readonly functions?: readonly string[];
  /** Whether WITH RECURSIVE is allowed: for SQL that runs where it can be stopped. */
  readonly recursion?: boolean;
}

/** What the SQL was seen to read, sorted. */
export interface VettedSql {
  readonly tables: readonly string[];
}

type Json = { readonly [key: string]: unknown };

/** Query nodes, relations and modifiers that a SELECT over tables is made of. Table functions and files are not among them. */
const relationTypes = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'BASE_TABLE',
  'JOIN',
  'SUBQUERY',
  'EMPTY',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'DISTINCT_MODIFIER',
]);

const recursionType = 'RECURSIVE_CTE_NODE';

const expressionClasses = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'OPERATOR',
  'PARAMETER',
  'STAR',
  'SUBQUERY',
  'WINDOW',
]);

/** What DuckDB's parser calls the operators and casts that the printer writes. */
const operatorFunctions = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '~~',
  '!~~',
  '~~*',
  '!~~*',
  'count_star',
  'like_escape',
  'not_like_escape',
  'ilike_escape',
  'not_ilike_escape',
  'to_seconds',
  'to_minutes',
  'to_hours',
  'to_days',
  'to_months',
  'trunc',
];

const ownFunctions: ReadonlySet<string> = new Set([
  ...sqlScalarFunctions,
  ...sqlAggregateFunctions,
  ...sqlWindowFunctions,
  ...operatorFunctions,
]);

/**
 * Vets SQL by DuckDB's own reading of it (`json_serialize_sql`, as JSON text): exactly one SELECT, of known node kinds,
 * over allowed tables, calling allowed functions. Whatever the gate does not know is a veto: `sql.vetoed` with the reason.
 */
export function vetSerializedSql(serialized: string, allowed: AllowedSql): VettedSql {
  const tree: unknown = JSON.parse(serialized);
  if (!isObject(tree)) throw vetoed('it could not be read');
  if (tree.error !== false) throw vetoed(`it is not a SELECT that DuckDB can read: ${String(tree.error_message)}`);
  const { statements } = tree;
  if (!Array.isArray(statements) || statements.length !== 1) throw vetoed('it is not exactly one statement');
  const [statement] = statements;
  if (!isObject(statement) || !isObject(statement.node)) throw vetoed('it is not a SELECT');
  const walker = new GateWalker(allowed);
  walker.query(statement.node, new Set());
  return { tables: [...walker.tables].sort() };
}

class GateWalker {
  readonly tables = new Set<string>();
  readonly #allowedTables: ReadonlySet<string>;
  readonly #allowedFunctions: ReadonlySet<string>;
  readonly #relationTypes: ReadonlySet<string>;

  constructor({ tables, functions = [], recursion = false }: AllowedSql) {
    this.#relationTypes = recursion ? new Set([...relationTypes, recursionType]) : relationTypes;
    this.#allowedTables = new Set(tables.map((name) => name.toLowerCase()));
    this.#allowedFunctions = new Set([...ownFunctions, ...functions.map((name) => name.toLowerCase())]);
  }

  /** A query node: its common table expressions see those before them; what is inside sees them all. */
  query(node: Json, outer: ReadonlySet<string>): void {
    const visible = new Set(outer);
    const map = isObject(node.cte_map) ? node.cte_map.map : undefined;
    for (const entry of Array.isArray(map) ? map : []) {
      const inner = commonTable(entry);
      const name = inner.name.toLowerCase();
      // A recursive one sees itself.
      this.query(inner.query, inner.query.type === recursionType ? new Set([...visible, name]) : visible);
      visible.add(name);
    }
    requireKnown('query', node.type, this.#relationTypes);
    requireWhole(node);
    for (const [key, value] of Object.entries(node)) if (key !== 'cte_map') this.#any(value, visible);
  }

  #any(value: unknown, visible: ReadonlySet<string>): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#any(item, visible);
      return;
    }
    if (!isObject(value)) return;
    if ('cte_map' in value) {
      this.query(value, visible);
      return;
    }
    if ('class' in value) this.#expression(value);
    else if ('ref_type' in value || 'query_location' in value || isModifier(value)) this.#relation(value, visible);
    if (value.class === 'CONSTANT' || value.class === 'COLUMN_REF') return;
    for (const inner of Object.values(value)) this.#any(inner, visible);
  }

  #expression(node: Json): void {
    requireKnown('expression', node.class, expressionClasses);
    if (node.class === 'STAR' && (node.columns !== false || !isEmpty(node.expr)))
      throw vetoed('it holds COLUMNS(…), which is not allowed');
    if (node.class !== 'FUNCTION' && node.class !== 'WINDOW') return;
    const name = String(node.function_name).toLowerCase();
    // The parser itself puts what has a grammar of its own (substring, trim, LIKE … ESCAPE) into schema `main`.
    const isBare = isEmpty(node.catalog) && (isEmpty(node.schema) || node.schema === 'main');
    if (!isBare) throw vetoed(`it calls "${name}" of a schema`);
    if (!this.#allowedFunctions.has(name)) throw vetoed(`it calls the function "${name}"`);
  }

  #relation(node: Json, visible: ReadonlySet<string>): void {
    requireKnown('relation', node.type, this.#relationTypes);
    requireWhole(node);
    if (node.type !== 'BASE_TABLE') return;
    const name = String(node.table_name);
    if (!isEmpty(node.schema_name) || !isEmpty(node.catalog_name)) throw vetoed(`it reads "${name}" of another schema`);
    if (visible.has(name.toLowerCase())) return;
    if (!this.#allowedTables.has(name.toLowerCase()))
      throw vetoed(`it reads "${name}", which is not among its sources`);
    this.tables.add(name);
  }
}

function commonTable(entry: unknown): { readonly name: string; readonly query: Json } {
  if (
    isObject(entry) &&
    isObject(entry.value) &&
    isObject(entry.value.query) &&
    isObject(entry.value.query.node) &&
    typeof entry.key === 'string'
  ) {
    return { name: entry.key, query: entry.value.query.node };
  }
  throw vetoed('a WITH clause of an unknown shape');
}

/** A sample is not reproducible, and another time's table is another table. */
function requireWhole(node: Json): void {
  if (!isEmpty(node.sample)) throw vetoed('it holds a sample, which is not allowed');
  if (!isEmpty(node.at_clause)) throw vetoed('it reads a table as of another time, which is not allowed');
}

function requireKnown(what: string, kind: unknown, known: ReadonlySet<string>): void {
  if (typeof kind !== 'string' || !known.has(kind))
    throw vetoed(`it holds a ${what} that is not allowed (${String(kind)})`);
}

function isModifier(value: Json): boolean {
  return typeof value.type === 'string' && value.type.endsWith('_MODIFIER');
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function vetoed(reason: string): ReturnType<typeof dpbError> {
  return dpbError('sql.vetoed', { reason });
}
