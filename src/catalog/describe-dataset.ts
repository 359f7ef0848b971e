import { join } from 'node:path';
import type { Column, Dataset, Deduplication, History, Relationship } from './catalog.js';
import { columnRole } from './column-role.js';
import type { DeclaredCast } from './declared-casts.js';
import { nearKeyOf } from './keys.js';
import type { FoundDataset } from './layout.js';
import { type DatasetMetadata, readMetadata } from './metadata.js';
import { isSameSet } from './named-catalog.js';
import { personalDataOf } from './personal-data.js';
import type { MeasuredColumn } from './profile.js';
import type { Measurement } from './scan-state.js';
import { withUnitColumns } from './unit-columns.js';

/** What the glossary says of the dataset's rows and of the types of its columns. */
interface DeclaredOfDataset {
  readonly dedupe: Deduplication | null;
  readonly history: History | null;
  readonly casts: ReadonlyMap<string, DeclaredCast>;
}

/** A found dataset with its measurement, as the catalog shows it before the glossary is folded in. */
export function describeDataset(
  found: FoundDataset,
  measurement: Measurement,
  relationships: readonly Relationship[],
  popularity: number,
  { casts, ...declared }: DeclaredOfDataset,
): { readonly dataset: Dataset; readonly warnings: readonly string[] } {
  const warnings = measurement.source.notes.flatMap(({ column, text }) =>
    column !== null && casts.has(column) ? [] : [`${found.name}: ${text}`],
  );
  const { metadata, problem } =
    found.metadata === null ? { metadata: null, problem: null } : readMetadata(join(found.root, found.metadata.path));
  if (problem !== null && found.metadata !== null) warnings.push(`${found.metadata.path}: left aside, ${problem}`);
  warnings.push(...metadataWarnings(found, measurement, metadata));
  const measured = { name: found.name, rows: measurement.rows, columns: measurement.columns };
  const referring = new Set(relationships.flatMap(({ from }) => (from.dataset === found.name ? from.columns : [])));
  const described = new Map((metadata?.schema ?? []).map((column) => [column.name.toLowerCase(), column]));
  const partial = new Set(measurement.source.columns.flatMap((column) => (column.partial ? [column.name] : [])));
  const columns = measurement.columns.map((stored): Column => {
    const declaredCast = casts.get(stored.name);
    const column = declaredCast === undefined ? stored : castColumn(stored, declaredCast);
    const about = described.get(column.name.toLowerCase());
    const role = columnRole(measured, column, measurement.keys, referring.has(column.name));
    return {
      name: column.name,
      type: column.type,
      ...(declaredCast === undefined ? {} : { cast: declaredCast.cast }),
      nullable: about?.nullable === true || stored.profile.nulls > 0,
      ...(partial.has(column.name) ? { partial: true as const } : {}),
      description: about?.description ?? '',
      synonyms: [],
      unit: null,
      role,
      pii: personalDataOf(measured, column),
      profile: column.profile,
      values:
        role === 'identifier' && column.type.kind === 'integer'
          ? null
          : (column.values?.map((value) => ({ ...value, label: null })) ?? null),
    };
  });
  const dataset: Dataset = {
    name: found.name,
    description: metadata?.description ?? '',
    synonyms: [],
    owner: metadata?.owner ?? null,
    domain: metadata?.domain ?? null,
    freshness: metadata?.freshness ?? null,
    format: measurement.source.format,
    root: found.root,
    files: found.files.map((file, index) => ({ ...file, sha256: measurement.source.hashes[index] ?? '' })),
    rows: measurement.rows,
    columns: withUnitColumns(columns),
    keys: keysOf(measurement, declared.dedupe),
    nearKey: declared.dedupe === null && declared.history === null ? nearKeyOf(measured, measurement.keys) : null,
    ...declared,
    popularity,
  };
  return { dataset, warnings };
}

/** The column as it is read: its texts are no values of it. */
function castColumn(stored: MeasuredColumn, { cast, profile }: DeclaredCast): MeasuredColumn {
  return { ...stored, type: cast.to, profile, averageLength: null, valuePattern: null, values: null };
}

/** The keys of all rows, after that which the table has once rows are left out. */
function keysOf({ keys }: Measurement, dedupe: Deduplication | null): Dataset['keys'] {
  const measured = keys.map((columns) => ({ columns, source: 'measured' as const }));
  if (dedupe === null) return measured;
  const known = measured.filter(({ columns }) => isSameSet(columns, dedupe.key));
  const own = known.length > 0 ? known : [{ columns: dedupe.key, source: 'declared' as const }];
  // A wider key than the declared one says nothing more.
  const others = measured.filter(({ columns }) => !dedupe.key.every((column) => columns.includes(column)));
  return [...own, ...others];
}

/** Where the metadata and the data disagree, the data count, and the difference is told. */
function metadataWarnings(
  found: FoundDataset,
  measurement: Measurement,
  metadata: DatasetMetadata | null,
): readonly string[] {
  const path = found.metadata?.path ?? '';
  const names = new Set(measurement.columns.map(({ name }) => name.toLowerCase()));
  return (metadata?.schema ?? []).flatMap((column) => {
    if (!names.has(column.name.toLowerCase())) return [`${path}: column "${column.name}" is not in the data`];
    const measured = measurement.columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
    const nulls = measured?.profile.nulls ?? 0;
    return column.nullable === false && nulls > 0
      ? [`${path}: column "${column.name}" is said to have no nulls, but has ${nulls}`]
      : [];
  });
}
