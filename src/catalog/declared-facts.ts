import { isTemporal } from '../plan/data-type.js';
import type { Claim } from '../sql/premise-sql.js';
import type { Column, Dataset, Deduplication, History, KeyEvidence } from './catalog.js';
import { castsOf, type DeclaredCast, type MeasureCast } from './declared-casts.js';
import type { FoldNotes } from './fold-notes.js';
import type { GlossaryPath } from './glossary.js';
import { NameFinder, UnknownNameError } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';
import { brokenClaimText, isNearKey, type MeasureClaim, uniqueClaim } from './key-evidence.js';

type GlossaryTable = NonNullable<NonNullable<GlossaryFile['tables']>[string]>;

/** What the glossary says of the rows of tables and their keys, measured, by dataset. */
export interface DeclaredFacts {
  readonly dedupe: ReadonlyMap<string, Deduplication>;
  readonly history: ReadonlyMap<string, History>;
  /** Columns that are read as another type, by dataset and column. */
  readonly casts: ReadonlyMap<string, ReadonlyMap<string, DeclaredCast>>;
}

/**
 * Which rows of a table count and when, as its people say, with what the data say to it. Unknown tables are left to
 * those who fold the rest in.
 */
export async function declaredFacts(
  datasets: readonly Dataset[],
  file: GlossaryFile,
  measure: MeasureClaim,
  measureCast: MeasureCast,
  notes: FoldNotes,
): Promise<DeclaredFacts> {
  const casts = new Map<string, ReadonlyMap<string, DeclaredCast>>();
  const dedupe = new Map<string, Deduplication>();
  const history = new Map<string, History>();
  const finder = new NameFinder(datasets);
  for (const [name, table] of Object.entries(file.tables ?? {})) {
    const dataset = datasets.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (dataset === undefined || table === null) continue;
    const path = ['tables', name];
    const cast = await castsOf(dataset, table, path, finder, measureCast, notes);
    if (cast.size > 0) casts.set(dataset.name, cast);
    const deduplication = await deduplicationOf(dataset, table, path, finder, measure, notes);
    if (deduplication !== null) dedupe.set(dataset.name, deduplication);
    const latest = latestOf(dataset, deduplication, cast.size > 0);
    const found = await historyOf(
      dataset,
      table,
      path,
      file,
      finder,
      (claim) => measure({ ...claim, ...latest }),
      notes,
    );
    if (found !== null) history.set(dataset.name, found);
  }
  return { dedupe, history, casts };
}

/** What a claim about the rows that count says beside: which rows these are, unless they are cast first. */
function latestOf({ columns }: Dataset, deduplication: Deduplication | null, isCast: boolean): Pick<Claim, 'latest'> {
  if (deduplication === null || isCast) return {};
  const { key, latestBy } = deduplication;
  return { latest: { columns: columns.map(({ name }) => name), key, latestBy } };
}

async function deduplicationOf(
  dataset: Dataset,
  table: GlossaryTable,
  path: GlossaryPath,
  finder: NameFinder,
  measure: MeasureClaim,
  notes: FoldNotes,
): Promise<Deduplication | null> {
  const { dedupe } = table;
  if (dedupe === undefined) return null;
  const columnsAt = async (given: string | readonly string[], place: GlossaryPath): Promise<readonly string[] | null> =>
    await notes.guard(place, () =>
      (typeof given === 'string' ? [given] : given).map((column) => finder.column(dataset, column).name),
    );
  const key = await columnsAt(dedupe.key, [...path, 'dedupe', 'key']);
  const latestBy = await columnsAt(dedupe.latest_by, [...path, 'dedupe', 'latest_by']);
  if (key === null || latestBy === null) return null;
  const evidence = await measure(uniqueClaim(dataset.name, key));
  const ties = evidence.broken === 0 ? 0 : (await measure(uniqueClaim(dataset.name, [...key, ...latestBy]))).broken;
  return { key, latestBy, evidence, ties };
}

async function historyOf(
  dataset: Dataset,
  table: GlossaryTable,
  path: GlossaryPath,
  file: GlossaryFile,
  finder: NameFinder,
  measure: MeasureClaim,
  notes: FoldNotes,
): Promise<History | null> {
  const timeAt = async (key: 'valid_from' | 'valid_to'): Promise<string | null> => {
    const given = table[key];
    if (given === undefined) return null;
    return await notes.guard([...path, key], () => {
      const column = finder.column(dataset, given);
      if (isTemporal(column.type)) return column.name;
      throw new UnknownNameError(`"${column.name}" is no date or time`, []);
    });
  };
  const start = await timeAt('valid_from');
  const end = await timeAt('valid_to');
  if (start === null) {
    if (table.valid_from === undefined && table.valid_to !== undefined)
      notes.problems.push({ path: [...path, 'valid_to'], problem: 'a "valid_to" needs a "valid_from" beside it' });
    return null;
  }
  if (end === null && table.valid_to !== undefined) return null;
  const claimOf = (columns: readonly string[]): Claim => ({
    kind: 'validity',
    dataset: dataset.name,
    columns,
    validity: { start, end },
    weight: null,
  });
  const best = await bestKey(
    historyKeys(dataset, file, new Set(end === null ? [start] : [start, end])),
    claimOf,
    measure,
  );
  if (best === null) {
    notes.warn(
      [...path, 'valid_from'],
      `no column of ${dataset.name} has one row in force at a time: declare a relationship to the columns that tell whose rows these are`,
    );
    return null;
  }
  if (best.evidence.broken > 0)
    notes.warn([...path, 'valid_from'], brokenClaimText(best.evidence, claimOf(best.columns)));
  return { key: best.columns, start, end, evidence: best.evidence };
}

interface MeasuredKey {
  readonly columns: readonly string[];
  readonly evidence: KeyEvidence;
}

/** The first candidate that nothing speaks against, else the one that least does, as long as it holds for most. */
async function bestKey(
  candidates: readonly (readonly string[])[],
  claimOf: (columns: readonly string[]) => Claim,
  measure: MeasureClaim,
): Promise<MeasuredKey | null> {
  let best: MeasuredKey | null = null;
  const share = ({ evidence }: MeasuredKey): number => evidence.broken / Math.max(1, evidence.keys);
  for (const columns of candidates) {
    const found = { columns, evidence: await measure(claimOf(columns)) };
    if (found.evidence.keys === 0) continue;
    if (found.evidence.broken === 0) return found;
    if (isNearKey(found.evidence) && (best === null || share(found) < share(best))) best = found;
  }
  return best;
}

/** What may tell whose rows of a history are, likeliest first: what was declared, then identifiers, then measured keys with its times left out, then pairs. */
function historyKeys(dataset: Dataset, file: GlossaryFile, times: ReadonlySet<string>): readonly (readonly string[])[] {
  const withoutTimes = (columns: readonly string[]): readonly string[] => columns.filter((name) => !times.has(name));
  const isUnique = ({ profile }: Column): boolean => profile.nulls === 0 && profile.distinct === dataset.rows;
  const identifiers = dataset.columns.filter(({ name, role }) => role === 'identifier' && !times.has(name));
  const repeated = identifiers.filter((column) => !isUnique(column)).map(({ name }) => name);
  const single = identifiers.filter(isUnique).map(({ name }) => name);
  const pairs = repeated.flatMap((left, index) => repeated.slice(index + 1).map((right) => [left, right]));
  const measured = dataset.keys
    .map(({ columns }) => columns)
    .filter((columns) => columns.length > 1 && columns.some((name) => times.has(name)))
    .map(withoutTimes);
  const all = [
    ...declaredEnds(dataset, file).map(withoutTimes),
    ...repeated.map((name) => [name]),
    ...measured,
    ...pairs,
    ...single.map((name) => [name]),
  ];
  return all.filter((columns) => columns.length > 0);
}

/** The columns of the dataset that declared relationships lead to, then those that they start from. */
function declaredEnds(dataset: Dataset, { relationships = [] }: GlossaryFile): readonly (readonly string[])[] {
  const prefix = `${dataset.name.toLowerCase()}.`;
  const columnsOf = (given: string | readonly string[]): readonly string[] => {
    const texts = typeof given === 'string' ? [given] : given;
    const found = texts.flatMap((text) =>
      text.toLowerCase().startsWith(prefix)
        ? dataset.columns.filter(({ name }) => name.toLowerCase() === text.slice(prefix.length).toLowerCase())
        : [],
    );
    return found.length === texts.length ? found.map(({ name }) => name) : [];
  };
  return [...relationships.map(({ to }) => columnsOf(to)), ...relationships.map(({ from }) => columnsOf(from))];
}
