import Table from 'cli-table3';
import type { ResultTable } from '../engine/engine.js';
import { freeName } from '../support/free-name.js';
import { visible } from './visible-text.js';

/** Most rows that a table on a terminal shows; the other formats print all. */
const shownRowsMax = 200;

/** The rows as a table for people, without borders, numbers to the right. */
export function renderTable({ columns, rows }: ResultTable): string {
  const table = new Table({
    head: columns.map(({ name }) => name),
    colAligns: columns.map(({ type }) => (isNumeric(type) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(borderParts.map((name) => [name, ''])),
  });
  for (const row of rows.slice(0, shownRowsMax))
    table.push(row.map((value) => (value === null ? '' : visible(String(value)))));
  const more = rows.length > shownRowsMax ? `… ${rows.length - shownRowsMax} more rows\n` : '';
  return `${table.toString()}\n${more}`;
}

const borderParts = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
];

function isNumeric(type: string): boolean {
  return /INT|DECIMAL|DOUBLE|FLOAT/.test(type);
}

/** The rows with a column that says on each that a language model wrote the SQL they came of: text has no other place for it. */
export function markedAsModels({ columns, rows }: ResultTable): ResultTable {
  const name = freeName('made_by', new Set(columns.map((column) => column.name)));
  return { columns: [...columns, { name, type: 'VARCHAR' }], rows: rows.map((row) => [...row, 'language_model']) };
}

/** The rows as CSV by RFC 4180, with a header line; null is the empty field and empty text a quoted one. */
export function renderCsv({ columns, rows }: ResultTable): string {
  const lines = [columns.map(({ name }) => csvField(name)), ...rows.map((row) => row.map(csvField))];
  return lines.map((fields) => `${fields.join(',')}\r\n`).join('');
}

function csvField(value: ResultTable['rows'][number][number]): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
