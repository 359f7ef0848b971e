import type { Engine } from '../engine/engine.js';
import { serializeSql } from '../engine/serialize-sql.js';

/** What is wrong with an SQL text of a person, and at which character of it. */
export class SqlTextError extends Error {
  readonly offset: number;
  readonly near: readonly string[];

  constructor(message: string, offset: number, near: readonly string[] = []) {
    super(message);
    this.offset = offset;
    this.near = near;
  }
}

/** A node of DuckDB's parse tree, read defensively: another version may print other fields. */
export class SqlNode {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: unknown) {
    this.#fields = isRecord(fields) ? fields : {};
  }

  text(field: string): string {
    const value = this.#fields[field];
    return typeof value === 'string' ? value : '';
  }

  flag(field: string): boolean {
    return this.#fields[field] === true;
  }

  value(field: string): unknown {
    return this.#fields[field];
  }

  has(field: string): boolean {
    const value = this.#fields[field];
    return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  }

  node(field: string): SqlNode {
    return new SqlNode(this.#fields[field]);
  }

  nodes(field: string): readonly SqlNode[] {
    const value = this.#fields[field];
    return Array.isArray(value) ? value.map((inner) => new SqlNode(inner)) : [];
  }

  texts(field: string): readonly string[] {
    const value = this.#fields[field];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** Where in the text of the person the node stands, in characters. */
  get offset(): number {
    const location = this.#fields.query_location;
    // A location of the largest 64-bit number stands for none.
    return typeof location === 'number' && location < 1_000_000 ? Math.max(0, location - prefix.length) : 0;
  }

  /** Raises that the node is not among what plans can say. */
  refuse(what: string): never {
    throw new SqlTextError(what, this.offset);
  }
}

const prefix = 'SELECT ';

/** The tree of one expression. Raises SqlTextError where the text is none, or is more than one. */
export async function parseTree(engine: Engine, text: string): Promise<SqlNode> {
  const root = new SqlNode(JSON.parse(await serializeSql(engine, `${prefix}${text}\n`)));
  if (root.flag('error'))
    throw new SqlTextError(
      root.text('error_message'),
      Math.max(0, Number(root.text('position') || prefix.length) - prefix.length),
    );
  const [statement, ...others] = root.nodes('statements');
  const select = statement?.node('node');
  const [expression, ...more] = select?.nodes('select_list') ?? [];
  const extras = ['where_clause', 'group_expressions', 'having', 'qualify', 'sample', 'modifiers'];
  const isPlain =
    select?.text('type') === 'SELECT_NODE' &&
    select.node('from_table').text('type') === 'EMPTY' &&
    !extras.some((part) => select.has(part));
  const cteCount = select?.node('cte_map').nodes('map').length ?? 0;
  if (expression === undefined || more.length > 0 || others.length > 0 || !isPlain || cteCount > 0) {
    throw new SqlTextError('it is not one expression', 0);
  }
  return expression;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
