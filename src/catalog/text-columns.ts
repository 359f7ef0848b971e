import type { Engine } from '../engine/engine.js';
import { namedCsvRelation } from '../engine/source-relation.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { CsvFormat } from './csv-dialect.js';
import type { FoundDataset } from './layout.js';
import type { SourceNote } from './opened-source.js';
import { listed } from './part-columns.js';

/** Ways to write a number or a day, as patterns of whole values; `form` is what the glossary calls it. */
const forms = [
  { form: 'number', pattern: '[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?' },
  { form: 'YYYY-MM-DD', pattern: '[0-9]{4}-[0-9]{2}-[0-9]{2}' },
  { form: 'YYYY/MM/DD', pattern: '[0-9]{4}/[0-9]{2}/[0-9]{2}' },
  { form: 'DD.MM.YYYY', pattern: '[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}' },
  { form: 'DD/MM/YYYY', pattern: '[0-9]{2}/[0-9]{2}/[0-9]{4}' },
  { form: 'DD-MM-YYYY', pattern: '[0-9]{2}-[0-9]{2}-[0-9]{4}' },
] as const;

/** Rows from which columns are told that are worth a look at all rows. */
const sampledRows = 4_000;

/** From this share on values that fit make the others look like mistakes. */
const fittingShare = 0.5;

interface Found {
  readonly name: string;
  readonly values: number;
  /** Values of each form, in the order of `forms`. */
  readonly counts: readonly number[];
  /** Values of no form that are all digits: then the column holds codes. */
  readonly codes: number;
}

/**
 * What a person should know of text columns of a CSV dataset that are mostly numbers or days: which values keep them from
 * being so, where they stand, and what to declare. `table` holds all fields as text.
 */
export async function mixedTextNotes(
  engine: Engine,
  found: FoundDataset,
  format: CsvFormat,
  table: string,
  names: readonly string[],
): Promise<readonly SourceNote[]> {
  if (names.length === 0) return [];
  const total = Number((await engine.query(`SELECT count(*) FROM ${table}`)).rows[0]?.[0] ?? 0);
  const step = Math.max(1, Math.floor(total / sampledRows));
  const sampled = await countForms(engine, `(SELECT * FROM ${table} WHERE rowid % ${step} = 0)`, names, format);
  const suspects = sampled.filter((column) => isMixed(column)).map(({ name }) => name);
  if (suspects.length === 0) return [];
  const counted = (await countForms(engine, table, suspects, format)).filter((column) => isMixed(column));
  const notes: SourceNote[] = [];
  for (const column of counted)
    notes.push({ column: column.name, text: await noteOf(engine, found, format, table, column) });
  return notes;
}

async function countForms(
  engine: Engine,
  relation: string,
  names: readonly string[],
  format: CsvFormat,
): Promise<readonly Found[]> {
  const list = names.flatMap((name) => {
    const value = fieldOf(name, format);
    return [
      `count(${value})`,
      ...forms.map(({ pattern }) => `count(*) FILTER (${matches(value, pattern)})`),
      `count(*) FILTER (regexp_full_match(${value}, '0[0-9]+'))`,
    ];
  });
  const { rows } = await engine.query(`SELECT ${list.join(', ')} FROM ${relation}`);
  const cells = (rows[0] ?? []).map(Number);
  const width = forms.length + 2;
  return names.map((name, position) => {
    const own = cells.slice(position * width, (position + 1) * width);
    return { name, values: own[0] ?? 0, counts: own.slice(1, -1), codes: own.at(-1) ?? 0 };
  });
}

function isMixed({ values, counts, codes }: Found): boolean {
  const [numbers = 0, ...days] = counts;
  const dated = days.reduce((sum, count) => sum + count, 0);
  const isNumber = numbers < values && numbers >= values * fittingShare && codes === 0;
  return values > 0 && (isNumber || dated >= values * fittingShare);
}

async function noteOf(
  engine: Engine,
  found: FoundDataset,
  format: CsvFormat,
  table: string,
  { name, values, counts }: Found,
): Promise<string> {
  const [numbers = 0, ...days] = counts;
  const used = days.flatMap((count, index) => (count > 0 ? [{ form: forms[index + 1]?.form ?? '', count }] : []));
  const isNumber = numbers >= values * fittingShare;
  const fitting = isNumber ? numbers : used.reduce((sum, { count }) => sum + count, 0);
  const patterns = forms.filter(({ form }) => (isNumber ? form === 'number' : used.some((own) => own.form === form)));
  const value = fieldOf(name, format);
  const misfit = `${value} IS NOT NULL AND NOT (${patterns.map(({ pattern }) => matches(value, pattern)).join(' OR ')})`;
  const { rows } = await engine.query(
    `SELECT left(${value}, 30), count(*) FROM ${table} WHERE ${misfit} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3`,
  );
  const samples = rows.map(([text, count]) => `${JSON.stringify(text)} (${count} rows)`).join(', ');
  const places = fitting === values ? '' : await placesOf(engine, found, format, name, misfit);
  const what = isNumber ? 'number' : 'day';
  const forgotten =
    fitting === values ? '' : `, but ${values - fitting} of ${values} values are none: ${samples}${places}`;
  const spread = isNumber ? '' : ` written ${used.map(({ form, count }) => `${form} (${count} rows)`).join(', ')}`;
  const declared = isNumber
    ? 'type: "decimal(18,2)", on_failure: drop'
    : `type: date, formats: [${used.map(({ form }) => form).join(', ')}], on_failure: drop`;
  const side = used.some(({ form }) => form === 'DD/MM/YYYY' || form === 'DD-MM-YYYY')
    ? ' (where the month stands first: MM/DD/YYYY, MM-DD-YYYY)'
    : '';
  return `"${name}" is text: most of its values are a ${what}${spread}${forgotten}. To read it so, declare in the glossary under tables, ${found.name}, columns: ${name}: {${declared}}${side}`;
}

/** The files with values that do not fit, of a dataset of several. */
async function placesOf(
  engine: Engine,
  found: FoundDataset,
  format: CsvFormat,
  name: string,
  misfit: string,
): Promise<string> {
  if (found.files.length === 1 || format.byName !== true) return '';
  const places: string[] = [];
  for (const { path } of found.files) {
    const relation = namedCsvRelation([path], found.root, format, []);
    const { columns } = await engine.query(`SELECT * FROM ${relation} LIMIT 0`);
    if (!columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) continue;
    const { rows } = await engine.query(`SELECT count(*) FROM ${relation} WHERE ${misfit}`);
    if (Number(rows[0]?.[0] ?? 0) > 0) places.push(path);
  }
  return places.length === 0 ? '' : `, in ${listed(places)}`;
}

function fieldOf(name: string, { nullText }: CsvFormat): string {
  return nullText === '' ? quoteIdentifier(name) : `NULLIF(${quoteIdentifier(name)}, ${quoteLiteral(nullText)})`;
}

function matches(value: string, pattern: string): string {
  return `regexp_full_match(trim(${value}), ${quoteLiteral(pattern)})`;
}
