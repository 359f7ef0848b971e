import type { CategoryValue, Column, Dataset } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import type { GlossaryPath } from './glossary.js';
import { NameFinder } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';

type GlossaryTable = NonNullable<NonNullable<GlossaryFile['tables']>[string]>;
type GlossaryColumn = NonNullable<GlossaryTable['columns']>[string];

/** Descriptions, synonyms, units, personal data and labels of codes, put to the datasets and columns that they name. */
export async function foldTables(
  datasets: readonly Dataset[],
  tables: NonNullable<GlossaryFile['tables']>,
  notes: FoldNotes,
): Promise<readonly Dataset[]> {
  const finder = new NameFinder(datasets);
  const folded = new Map<string, Dataset>();
  for (const [name, table] of Object.entries(tables)) {
    const dataset = await notes.guard(['tables', name], () => finder.dataset(name));
    if (dataset === null || table === null) continue;
    folded.set(dataset.name, await foldTable(dataset, table, ['tables', name], finder, notes));
  }
  return datasets.map((dataset) => folded.get(dataset.name) ?? dataset);
}

async function foldTable(
  dataset: Dataset,
  table: GlossaryTable,
  path: GlossaryPath,
  finder: NameFinder,
  notes: FoldNotes,
): Promise<Dataset> {
  const columns = new Map<string, Column>();
  for (const [name, about] of Object.entries(table.columns ?? {})) {
    const columnPath = [...path, 'columns', name];
    const column = await notes.guard(columnPath, () => finder.column(dataset, name));
    if (column !== null) columns.set(column.name, foldColumn(column, about, columnPath, notes));
  }
  return {
    ...dataset,
    description: textOr(table.description, dataset.description),
    synonyms: table.synonyms ?? dataset.synonyms,
    owner: table.owner ?? dataset.owner,
    domain: table.domain ?? dataset.domain,
    freshness: table.freshness ?? dataset.freshness,
    columns: dataset.columns.map((column) => columns.get(column.name) ?? column),
  };
}

function foldColumn(column: Column, about: GlossaryColumn, path: GlossaryPath, notes: FoldNotes): Column {
  if (about === null) return column;
  if (typeof about === 'string') return { ...column, description: textOr(about, column.description) };
  const labels = about.values ?? {};
  return {
    ...column,
    description: textOr(about.description, column.description),
    synonyms: about.synonyms ?? column.synonyms,
    unit: about.unit ?? column.unit,
    pii: personalDataOf(about.pii, column.pii),
    values: Object.keys(labels).length === 0 ? column.values : labelled(column, labels, path, notes),
  };
}

/** `name` is what people write for the name of a person. `none` and false say that what was found is no personal data. */
function personalDataOf(given: string | boolean | null | undefined, found: Column['pii']): Column['pii'] {
  if (given === undefined || given === null || given === true) return found;
  if (given === false || given === 'none') return null;
  return { kind: given === 'name' ? 'person_name' : given, evidence: 'glossary' };
}

/** The values of a column with the words for its codes; codes that do not occur stand at the end with no rows. */
function labelled(
  column: Column,
  labels: Readonly<Record<string, string | number | boolean>>,
  path: GlossaryPath,
  notes: FoldNotes,
): readonly CategoryValue[] | null {
  if (column.values === null) {
    notes.warn(
      [...path, 'values'],
      `the column has too many values (${column.profile.distinct}) for labels to be used`,
    );
    return null;
  }
  return labelledValues(
    column.values,
    Object.entries(labels).map(([code, label]) => [code, String(label)]),
  );
}

/** The values with the labels of their codes, in any case; codes that do not occur stand at the end with no rows. */
export function labelledValues(
  values: readonly CategoryValue[],
  labels: readonly (readonly [code: string, label: string])[],
): readonly CategoryValue[] {
  const byCode = new Map(labels.map(([code, label]) => [code.toLowerCase(), { code, label }]));
  const used = new Set<string>();
  const known = values.map((value): CategoryValue => {
    const found = byCode.get(value.value.toLowerCase());
    if (found === undefined) return value;
    used.add(found.code);
    return { ...value, label: value.label ?? found.label };
  });
  const absent = labels.filter(([code]) => !used.has(code));
  return [...known, ...absent.map(([value, label]): CategoryValue => ({ value, count: 0, label }))];
}

function textOr(given: string | null | undefined, otherwise: string): string {
  const trimmed = given?.trim() ?? '';
  return trimmed === '' ? otherwise : trimmed;
}
