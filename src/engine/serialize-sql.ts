import { bug } from '../support/errors.js';
import type { Engine } from './engine.js';

/**
 * DuckDB's parse tree of `sql` as JSON text, by json_serialize_sql; nothing of it is run. Where the text does not parse
 * or is no SELECT, the JSON holds `error: true`, `error_message` and, for syntax errors, `position`.
 */
export async function serializeSql(engine: Engine, sql: string): Promise<string> {
  const { rows } = await engine.query('SELECT json_serialize_sql(CAST($sql AS VARCHAR))', { sql });
  const json = rows[0]?.[0];
  if (typeof json !== 'string') throw bug('json_serialize_sql gave no text');
  return json;
}
