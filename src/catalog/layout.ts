import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../support/errors.js';
import { compareText, sortedBy } from '../support/text-order.js';

/** A file under a data root; `path` is relative to it, with forward slashes. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** Files that make one dataset, before any of them was read. */
export interface FoundDataset {
  readonly name: string;
  readonly root: string;
  readonly kind: 'parquet' | 'csv';
  readonly files: readonly FoundFile[];
  readonly metadata: FoundFile | null;
}

export interface Layout {
  readonly datasets: readonly FoundDataset[];
  /** What is not scanned, with paths relative to the root. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/** How deep folders of folders are followed. */
const depthMax = 8;

/**
 * The datasets under the roots by place and name alone: a folder of Parquet or CSV files (also in `key=value` folders) is
 * one dataset named after it, a single file beside them one named after the file. Hidden and underscore names are left
 * out. Delta, Iceberg and Hudi tables are refused by name, since their files alone say nothing about which rows are alive.
 */
export function findDatasets(roots: readonly string[]): Layout {
  const datasets: FoundDataset[] = [];
  const problems: { path: string; reason: string }[] = [];
  for (const root of new Set(roots)) visit({ root, datasets, problems }, '', 0);
  return withUniqueNames(datasets, problems);
}

interface Visit {
  readonly root: string;
  readonly datasets: FoundDataset[];
  readonly problems: { path: string; reason: string }[];
}

function visit(walk: Visit, folder: string, depth: number): void {
  const entries = entriesOf(walk, folder);
  if (entries === null) return;
  const refused = tableFormatOf(walk.root, folder, entries);
  if (refused !== null) {
    walk.problems.push({ path: folder === '' ? '.' : folder, reason: `${refused} tables are not read yet` });
    return;
  }
  const name = folder.split('/').at(-1) ?? '';
  const files = dataFilesOf(walk, folder, entries);
  const isTopLevel = folder === '';
  const partitions = entries.filter((entry) => isFolder(walk, folder, entry) && entry.name.includes('='));
  const partFiles = partitions.flatMap((entry) => filesBelow(walk, inFolder(folder, entry.name), depth + 1));
  if (isTopLevel) for (const file of files) addDataset(walk, stemOf(file.path), [file], entries, folder);
  else if (files.length + partFiles.length > 0) addFolder(walk, name, [...files, ...partFiles], entries, folder);
  for (const entry of entries) {
    if (!isFolder(walk, folder, entry) || partitions.includes(entry)) continue;
    if (depth < depthMax) visit(walk, inFolder(folder, entry.name), depth + 1);
  }
}

function addFolder(
  walk: Visit,
  name: string,
  files: readonly FoundFile[],
  entries: readonly Dirent[],
  folder: string,
): void {
  const parquet = files.filter(({ path }) => kindOf(path) === 'parquet');
  const csv = files.filter(({ path }) => kindOf(path) === 'csv');
  if (parquet.length > 0 && csv.length > 0) {
    walk.problems.push({ path: folder, reason: 'the folder holds both Parquet and CSV files; only Parquet is read' });
  }
  addDataset(walk, name, parquet.length > 0 ? parquet : csv, entries, folder);
}

function addDataset(
  walk: Visit,
  name: string,
  files: readonly FoundFile[],
  entries: readonly Dirent[],
  folder: string,
): void {
  const [first] = files;
  if (first === undefined) return;
  const hasMetadata = entries.some((entry) => entry.name === '_metadata.json');
  // At the top a `_metadata.json` can only describe a lone file.
  const describes =
    hasMetadata && (folder !== '' || entries.filter((entry) => kindOf(entry.name) !== null).length === 1);
  walk.datasets.push({
    name,
    root: walk.root,
    kind: kindOf(first.path) ?? 'parquet',
    files: sortedBy(files, ({ path }) => path),
    metadata: describes ? foundFile(walk, inFolder(folder, '_metadata.json')) : null,
  });
}

function filesBelow(walk: Visit, folder: string, depth: number): readonly FoundFile[] {
  const entries = entriesOf(walk, folder) ?? [];
  const deeper = entries.filter((entry) => isFolder(walk, folder, entry) && depth < depthMax);
  return [
    ...dataFilesOf(walk, folder, entries),
    ...deeper.flatMap((entry) => filesBelow(walk, inFolder(folder, entry.name), depth + 1)),
  ];
}

function dataFilesOf(walk: Visit, folder: string, entries: readonly Dirent[]): readonly FoundFile[] {
  return entries
    .filter((entry) => !isIgnored(entry.name) && kindOf(entry.name) !== null && !isFolder(walk, folder, entry))
    .flatMap((entry) => foundFile(walk, inFolder(folder, entry.name)) ?? []);
}

function foundFile(walk: Visit, path: string): FoundFile | null {
  try {
    const { size, mtimeMs } = statSync(join(walk.root, path));
    return { path, size, modifiedMs: mtimeMs };
  } catch (thrown) {
    walk.problems.push({ path, reason: messageOf(thrown) });
    return null;
  }
}

function entriesOf(walk: Visit, folder: string): readonly Dirent[] | null {
  try {
    return sortedBy(readdirSync(join(walk.root, folder), { withFileTypes: true }), ({ name }) => name);
  } catch (thrown) {
    walk.problems.push({ path: folder === '' ? '.' : folder, reason: messageOf(thrown).replaceAll(walk.root, '.') });
    return null;
  }
}

function isFolder(walk: Visit, folder: string, entry: Dirent): boolean {
  if (isIgnored(entry.name)) return false;
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(walk.root, folder, entry.name)).isDirectory();
  } catch {
    return false;
  }
}

function tableFormatOf(root: string, folder: string, entries: readonly Dirent[]): string | null {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('_delta_log')) return 'Delta Lake';
  if (names.has('.hoodie')) return 'Apache Hudi';
  const metadata = join(root, folder, 'metadata');
  if (!names.has('metadata') || !existsSync(metadata) || !statSync(metadata).isDirectory()) return null;
  return readdirSync(metadata).some((name) => name.endsWith('.metadata.json')) ? 'Apache Iceberg' : null;
}

function withUniqueNames(
  datasets: readonly FoundDataset[],
  problems: readonly { path: string; reason: string }[],
): Layout {
  const ordered = [...datasets].sort(
    (left, right) => compareText(left.name, right.name) || compareText(left.root, right.root),
  );
  const taken = new Map<string, FoundDataset>();
  const clashes: { path: string; reason: string }[] = [];
  for (const dataset of ordered) {
    // SQL identifiers are compared without case, so names that differ only in case would be one table.
    const key = dataset.name.toLowerCase();
    const other = taken.get(key);
    if (other === undefined) taken.set(key, dataset);
    else
      clashes.push({
        path: dataset.files[0]?.path ?? dataset.name,
        reason: `another dataset is named "${other.name}" too`,
      });
  }
  return {
    datasets: [...taken.values()],
    problems: sortedBy([...problems, ...clashes], ({ path, reason }) => `${path} ${reason}`),
  };
}

function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

function kindOf(path: string): 'parquet' | 'csv' | null {
  const lower = path.toLowerCase();
  if (lower.endsWith('.parquet')) return 'parquet';
  return lower.endsWith('.csv') ? 'csv' : null;
}

function stemOf(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\.[^.]+$/, '');
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
