import { z } from 'zod';
import type { CellValue } from '../../engine/engine.js';
import { dpbError } from '../../support/errors.js';
import type { ComparedTable } from './compare-tables.js';

const cellSchema: z.ZodType<CellValue> = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rowSchema = z.union([z.array(cellSchema), z.record(z.string(), cellSchema)]);
const tableSchema = z.object({
  columns: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  rows: z.array(rowSchema),
});
type Row = z.infer<typeof rowSchema>;

/** A table given as `{columns, rows}`, as a list of rows, or as one row. Raises `input.invalid` for anything else. */
export function tableFromJson(value: unknown): ComparedTable {
  const table = tableSchema.safeParse(value);
  if (table.success) {
    const columns = table.data.columns.map((column) => (typeof column === 'string' ? column : column.name));
    return { columns, rows: table.data.rows.map((row) => cellsOf(row, columns)) };
  }
  const rows = z.array(rowSchema).safeParse(Array.isArray(value) ? value : [value]);
  if (!rows.success)
    throw dpbError('input.invalid', { what: 'an expected table', problem: 'it is neither rows nor columns with rows' });
  const columns = columnsOf(rows.data);
  return { columns, rows: rows.data.map((row) => cellsOf(row, columns)) };
}

/** A JSON document of `tableFromJson`, or one row of it a line. */
export function tableFromJsonText(text: string): ComparedTable {
  try {
    return tableFromJson(JSON.parse(text));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return tableFromJson(
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): unknown => JSON.parse(line)),
    );
  }
}

/** Comma-separated values with a header; quotes double inside quotes. All cells are text, empty ones null. */
export function tableFromCsv(text: string): ComparedTable {
  const [header = [], ...rows] = csvRows(text);
  return { columns: header, rows: rows.map((row) => row.map((cell) => (cell === '' ? null : cell))) };
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  const [first] = rows;
  if (Array.isArray(first)) return first.map((_, index) => String(index));
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function cellsOf(row: Row, columns: readonly string[]): readonly CellValue[] {
  return Array.isArray(row) ? row : columns.map((name) => row[name] ?? null);
}

function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) break;
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',' && field.lastIndex === text.length) row.push('');
    if (end !== ',' || field.lastIndex === text.length) {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
