import type { SourceFormat } from '../plan/product.js';

export type CsvFormat = Extract<SourceFormat, { kind: 'csv' }>;

/** How a CSV text is written and the names of its columns, or why that cannot be told. */
export type CsvReading =
  | {
      readonly kind: 'read';
      readonly format: CsvFormat;
      readonly columns: readonly string[];
      /** The header has a name of its own for each column, so that columns can be found by it. */
      readonly isNamed: boolean;
      /** Whether a field was quoted, so that the quote is told by the file. */
      readonly isQuoted: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: string };

const delimiters: readonly string[] = [',', ';', '\t', '|'];
const quotes: readonly string[] = ['"', "'"];

interface Attempt {
  readonly delimiter: string;
  readonly quote: string;
  readonly records: readonly (readonly string[])[];
  readonly width: number;
  /** The part of the records that have the usual number of fields. */
  readonly agreement: number;
  /** How many fields were quoted as a whole. */
  readonly quoted: number;
}

/**
 * Finds the dialect from the beginning of a file. `text` is whole lines unless the file ends in it (`complete`). A text
 * that only reads as one column although other delimiters abound in it is refused rather than guessed at. `known` are the
 * names of the columns of other files of the dataset: a first record that repeats them is a header.
 */
export function readCsvDialect(
  text: string,
  encoding: CsvFormat['encoding'],
  known: readonly string[] = [],
): CsvReading {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.trim() === '') return { kind: 'refused', reason: 'the file is empty' };
  const best = bestAttempt(body);
  if (best === null || best.records.length === 0)
    return { kind: 'refused', reason: 'no delimiter gives the lines the same number of fields' };
  const refusal = refusalOf(best, body);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  const [first = []] = best.records;
  const header = hasHeader(best.records) || isHeaderOf(first, known);
  const columns = header
    ? headerNames(best.records[0] ?? [])
    : (best.records[0] ?? []).map((_cell, position) => `column${position + 1}`);
  const format: CsvFormat = {
    kind: 'csv',
    delimiter: best.delimiter,
    quote: best.quote,
    escape: escapeOf(body, best.quote),
    header,
    nullText: '',
    encoding,
  };
  const isNamed = header && columns.every((name, position) => name === first[position]?.trim());
  return { kind: 'read', format, columns, isNamed, isQuoted: best.quoted > 0 };
}

function isHeaderOf(cells: readonly string[], known: readonly string[]): boolean {
  const names = new Set(known.map((name) => name.toLowerCase()));
  return names.size > 0 && cells.every((cell) => names.has(cell.trim().toLowerCase()));
}

function bestAttempt(body: string): Attempt | null {
  const attempts = delimiters.flatMap((delimiter) => quotes.map((quote) => attempt(body, delimiter, quote)));
  const usable = attempts.filter(({ width, agreement }) => width > 1 && agreement >= 0.9);
  const ranked = (usable.length > 0 ? usable : attempts).toSorted(
    (left, right) =>
      right.agreement - left.agreement ||
      right.quoted - left.quoted ||
      right.width - left.width ||
      delimiters.indexOf(left.delimiter) - delimiters.indexOf(right.delimiter),
  );
  return ranked[0] ?? null;
}

function refusalOf(best: Attempt, body: string): string | null {
  const lines = best.records.length;
  if (best.width === 1) {
    const abounding = delimiters.find((delimiter) => body.split(delimiter).length - 1 >= Math.max(2, lines * 0.5));
    if (abounding !== undefined)
      return `reads as one column, although "${abounding === '\t' ? 'tab' : abounding}" stands in it often: the lines do not have the same number of fields`;
    return null;
  }
  const odd = best.records.findIndex((record) => record.length !== best.width);
  if (odd >= 0)
    return `record ${odd + 1} has ${best.records[odd]?.length ?? 0} fields where the others have ${best.width}`;
  return null;
}

function attempt(body: string, delimiter: string, quote: string): Attempt {
  const { records, quoted } = parseRecords(body, delimiter, quote);
  const widths = new Map<number, number>();
  for (const record of records) widths.set(record.length, (widths.get(record.length) ?? 0) + 1);
  const [usual = [0, 0]] = [...widths].sort((left, right) => right[1] - left[1] || right[0] - left[0]);
  return {
    delimiter,
    quote,
    records,
    width: usual[0],
    agreement: records.length === 0 ? 0 : usual[1] / records.length,
    quoted,
  };
}

/** Records of the text; empty lines are skipped, as the engine skips them. */
function parseRecords(body: string, delimiter: string, quote: string): { records: string[][]; quoted: number } {
  const records: string[][] = [];
  let record: string[] = [];
  let quoted = 0;
  let position = 0;
  const endRecord = (): void => {
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  while (position < body.length) {
    const field = body[position] === quote ? quotedField(body, position, quote) : plainField(body, position, delimiter);
    if (body[position] === quote) quoted += 1;
    record.push(field.text);
    position = field.end;
    if (body[position] === delimiter) {
      position += 1;
      if (position >= body.length) record.push('');
      continue;
    }
    // What follows a closing quote before the next delimiter makes the record look wider, which the agreement then shows.
    if (position < body.length && body[position] !== '\n' && body[position] !== '\r') continue;
    position += body.startsWith('\r\n', position) ? 2 : 1;
    endRecord();
  }
  if (record.length > 0) endRecord();
  return { records, quoted };
}

function plainField(body: string, start: number, delimiter: string): { text: string; end: number } {
  let end = start;
  while (end < body.length && body[end] !== delimiter && body[end] !== '\n' && body[end] !== '\r') end += 1;
  return { text: body.slice(start, end), end };
}

function quotedField(body: string, start: number, quote: string): { text: string; end: number } {
  let end = start + 1;
  let text = '';
  while (end < body.length) {
    if (body[end] === '\\' && body[end + 1] === quote) {
      text += quote;
      end += 2;
    } else if (body[end] !== quote) {
      text += body[end];
      end += 1;
    } else if (body[end + 1] === quote) {
      text += quote;
      end += 2;
    } else {
      return { text, end: end + 1 };
    }
  }
  return { text, end };
}

function escapeOf(body: string, quote: string): string {
  return body.includes(`\\${quote}`) && !body.includes(`${quote}${quote}`) ? '\\' : quote;
}

const looksTyped = /^[-+]?[\d.,]+%?$|^\d{4}-\d{2}-\d{2}|^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|^(true|false)$/i;

/** The first record names the columns unless one of its fields is empty, looks like data, or comes twice. */
function hasHeader(records: readonly (readonly string[])[]): boolean {
  const names = records[0] ?? [];
  if (names.some((name) => looksTyped.test(name.trim()))) return false;
  if (names.every((name) => name.trim() === '')) return false;
  const [, ...rest] = records;
  if (rest.length === 0) return true;
  const typedBelow = names.some((_name, position) => {
    const cells = rest.map((record) => record[position] ?? '').filter((cell) => cell !== '');
    return cells.length > 0 && cells.every((cell) => looksTyped.test(cell.trim()));
  });
  if (typedBelow) return true;
  // All text: a first record whose cells occur again below is data.
  return !names.some((name, position) => rest.some((record) => record[position] === name));
}

/** Names as written, without the blanks around; empty and repeated ones get a number, as they must be told apart. */
function headerNames(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, position) => {
    const base = cell.trim() === '' ? `column${position + 1}` : cell.trim();
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
