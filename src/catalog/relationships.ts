import { compareText } from '../support/text-order.js';
import type { Relationship } from './catalog.js';
import { sameWords } from './identifier-names.js';
import { impliedReferences } from './implied-references.js';
import type { Inclusion, MeasureInclusions } from './inclusion.js';
import { isBareIdentifier, nameAffinity } from './name-affinity.js';
import { areComparable, type KeyedDataset, NamedCatalog } from './named-catalog.js';
import type { MeasuredColumn } from './profile.js';
import type { Candidate, Scored } from './reference-candidate.js';
import { relationshipKey } from './relationship-ends.js';

/**
 * References between the datasets. Names propose, values decide: a column refers to a key where the names say so and
 * enough of its values are there; the weaker the names, the more of them must be. Whole numbers alone never make a
 * reference.
 */
export async function findRelationships(
  datasets: readonly KeyedDataset[],
  measure: MeasureInclusions,
): Promise<readonly Relationship[]> {
  const catalog = new NamedCatalog(datasets);
  const single = await scored(catalog, singleCandidates(catalog), measure);
  const chosen = withoutDetours(catalog, bestOfEach(single));
  const composite = await scored(catalog, compositeCandidates(catalog), measure);
  const named = [...oneOfEachPair(chosen), ...oneOfEachPair(bestOfEach(composite))];
  const references = [...named, ...(await impliedReferences(catalog, named, measure))];
  const shared = await scored(catalog, sharedIdentifiers(catalog, references), measure);
  return [...references, ...bestOfEach(shared)]
    .map((candidate) => relationshipOf(catalog, candidate))
    .sort((left, right) => compareText(relationshipKey(left), relationshipKey(right)));
}

/** Pairs of a column and a key column of another table (or its own) that names bring together and types allow. */
function singleCandidates(catalog: NamedCatalog): readonly Candidate[] {
  const targets = catalog.datasets.flatMap((dataset) =>
    [...dataset.keys, ...dataset.targets].flatMap((key, position) =>
      key.length === 1 && key[0] !== undefined ? [{ dataset, column: key[0], position }] : [],
    ),
  );
  const candidates: Candidate[] = [];
  for (const dataset of catalog.datasets) {
    for (const column of dataset.columns) {
      const from = catalog.named(dataset.name, column.name);
      if (from === undefined || column.profile.distinct === 0) continue;
      if (from.own === 'whole' && isBareIdentifier(from) && catalog.isTarget(dataset.name, [column.name])) continue;
      for (const target of targets) {
        const to = catalog.named(target.dataset.name, target.column);
        const toColumn = catalog.column(target.dataset.name, target.column);
        if (to === undefined || toColumn === undefined || !areComparable(column, toColumn)) continue;
        const affinity = nameAffinity(from, to);
        if (affinity === null || affinity.score < 0.5) continue;
        // What is no key refers to the key rather than the other way round.
        const isKeyed = catalog.isKey(target.dataset.name, [target.column]);
        if (!isKeyed && catalog.isKey(dataset.name, [column.name])) continue;
        // A descriptive column that is not even its table's best key is unique by chance.
        if (affinity.score < 0.65 && !to.name.isIdentifier && target.position > 0) continue;
        candidates.push({
          from: { dataset: dataset.name, columns: [column.name] },
          to: { dataset: target.dataset.name, columns: [target.column] },
          nameScore: affinity.score,
          role: affinity.role,
          rank: [target.position, to.own === 'whole' ? 0 : 1, to.entity.length, -target.dataset.rows],
        });
      }
    }
  }
  return candidates;
}

async function scored(
  catalog: NamedCatalog,
  candidates: readonly Candidate[],
  measure: MeasureInclusions,
): Promise<readonly Scored[]> {
  const inclusions = await measure(candidates);
  return candidates.flatMap((candidate, index) => {
    const inclusion = inclusions[index];
    const score = inclusion === undefined ? null : scoreOf(catalog, candidate, inclusion);
    return inclusion === undefined || score === null ? [] : [{ ...candidate, inclusion, score }];
  });
}

/** The certainty of a reference; null where its values do not bear its names out. */
function scoreOf(catalog: NamedCatalog, candidate: Candidate, inclusion: Inclusion): number | null {
  const { nameScore, from, to } = candidate;
  const known = inclusion.matched + inclusion.orphans;
  const target = catalog.dataset(to.dataset);
  if (known === 0 || target === undefined || target.rows === 0) return nameScore >= 0.9 ? round(nameScore * 0.6) : null;
  const share = inclusion.matched / known;
  if (share < Math.max(leastShare(nameScore), from.columns.length > 1 ? 0.5 : 0)) return null;
  const distinct = Math.min(
    ...from.columns.map((column) => catalog.column(from.dataset, column)?.profile.distinct ?? 0),
  );
  if (nameScore < 0.7 && from.dataset !== to.dataset && distinct < 3) return null;
  return round(nameScore * (0.6 + 0.4 * share));
}

function leastShare(nameScore: number): number {
  if (nameScore >= 0.9) return 0.3;
  if (nameScore >= 0.8) return 0.5;
  return nameScore >= 0.65 ? 0.9 : 1;
}

function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}

/** A column refers to one table: the best of its targets. */
function bestOfEach(candidates: readonly Scored[]): readonly Scored[] {
  const best = new Map<string, Scored>();
  for (const candidate of candidates) {
    const key = `${candidate.from.dataset}\n${candidate.from.columns.join('\n')}`;
    const known = best.get(key);
    if (known === undefined || isBetter(candidate, known)) best.set(key, candidate);
  }
  return [...best.values()];
}

function isBetter(left: Scored, right: Scored): boolean {
  if (left.score !== right.score) return left.score > right.score;
  for (const [position, value] of left.rank.entries()) {
    const other = right.rank[position] ?? 0;
    if (value !== other) return value < other;
  }
  return (
    compareText(`${left.to.dataset} ${left.to.columns.join()}`, `${right.to.dataset} ${right.to.columns.join()}`) < 0
  );
}

/** Beside a reference by identifier, one by a descriptive column to the same table (its name, say) is only an echo of it. */
function withoutDetours(catalog: NamedCatalog, candidates: readonly Scored[]): readonly Scored[] {
  const isIdentifier = ({ to }: Scored): boolean =>
    to.columns.every((column) => catalog.named(to.dataset, column)?.name.isIdentifier ?? false);
  const direct = new Set(candidates.filter(isIdentifier).map(({ from, to }) => `${from.dataset}\n${to.dataset}`));
  return candidates.filter(
    (candidate) =>
      isIdentifier(candidate) ||
      candidate.role !== null ||
      !direct.has(`${candidate.from.dataset}\n${candidate.to.dataset}`),
  );
}

/** Where two keys refer to each other, the one whose values are all in the other refers. */
function oneOfEachPair(candidates: readonly Scored[]): readonly Scored[] {
  const byPair = new Map(candidates.map((candidate) => [relationshipKey(candidate), candidate]));
  return candidates.filter((candidate) => {
    const opposite = byPair.get(relationshipKey({ from: candidate.to, to: candidate.from }));
    if (opposite === undefined) return true;
    if (candidate.score !== opposite.score) return candidate.score > opposite.score;
    return compareText(relationshipKey(candidate), relationshipKey(opposite)) < 0;
  });
}

/** Tables that hold all columns of another's composite key under the same names. */
function compositeCandidates(catalog: NamedCatalog): readonly Candidate[] {
  return catalog.datasets.flatMap((target) => {
    const [key = []] = target.keys;
    const telling = key.some((column) => catalog.named(target.name, column)?.name.isIdentifier ?? false);
    if (key.length < 2 || !telling) return [];
    return catalog.datasets.flatMap((dataset) => {
      if (dataset.name === target.name) return [];
      const columns = key.map((column) => sameNamedColumn(catalog, dataset, target.name, column));
      if (!columns.every((column) => column !== null)) return [];
      return [
        {
          from: { dataset: dataset.name, columns },
          to: { dataset: target.name, columns: key },
          nameScore: namesOwn(catalog, target) ? 0.9 : 0.8,
          role: null,
          rank: [],
        },
      ];
    });
  });
}

/** Whether one column of the best key is named after the table: then the table is what the key identifies. */
function namesOwn(catalog: NamedCatalog, dataset: KeyedDataset): boolean {
  return (dataset.keys[0] ?? []).some((column) => {
    const named = catalog.named(dataset.name, column);
    return (
      named !== undefined &&
      (named.own !== null ||
        named.name.stem.some((word) => named.entity.some((other) => sameWords([word], [other]) >= 0.9)))
    );
  });
}

function sameNamedColumn(
  catalog: NamedCatalog,
  dataset: KeyedDataset,
  other: string,
  otherColumn: string,
): string | null {
  const wanted = catalog.named(other, otherColumn);
  const wantedColumn = catalog.column(other, otherColumn);
  if (wanted === undefined || wantedColumn === undefined) return null;
  const found = dataset.columns.find((column) => {
    const own = catalog.named(dataset.name, column.name);
    const sameKind =
      areComparable(column, wantedColumn) ||
      (column.type.kind === wantedColumn.type.kind && column.type.kind !== 'double');
    return own !== undefined && own.lower === wanted.lower && sameKind;
  });
  return found?.name ?? null;
}

/** Identifiers of the same telling name in two tables, of a thing that has no table of its own. */
function sharedIdentifiers(catalog: NamedCatalog, references: readonly Scored[]): readonly Candidate[] {
  const referring = new Set(
    references.flatMap(({ from, to }) =>
      [from, to].flatMap(({ dataset, columns }) => columns.map((column) => `${dataset}\n${column}`)),
    ),
  );
  const byName = new Map<string, { dataset: KeyedDataset; column: MeasuredColumn }[]>();
  for (const dataset of catalog.datasets) {
    for (const column of dataset.columns) {
      const name = catalog.named(dataset.name, column.name);
      if (name === undefined || !name.name.isIdentifier || name.name.stem.every((word) => word.length < 2)) continue;
      if (referring.has(`${dataset.name}\n${column.name}`) || catalog.isKey(dataset.name, [column.name])) continue;
      byName.set(name.lower, [...(byName.get(name.lower) ?? []), { dataset, column }]);
    }
  }
  return [...byName.values()].flatMap((holders) =>
    holders.flatMap((left, index) =>
      holders.slice(index + 1).flatMap((right) => {
        if (left.dataset.name === right.dataset.name || !areComparable(left.column, right.column)) return [];
        return [
          {
            from: { dataset: left.dataset.name, columns: [left.column.name] },
            to: { dataset: right.dataset.name, columns: [right.column.name] },
            nameScore: 0.65,
            role: null,
            rank: [],
          },
        ];
      }),
    ),
  );
}

function relationshipOf(catalog: NamedCatalog, { from, to, role, score, inclusion }: Scored): Relationship {
  const isTarget = catalog.isTarget(to.dataset, to.columns);
  const toIsKey = catalog.isKey(to.dataset, to.columns);
  const fromIsKey = catalog.isKey(from.dataset, from.columns);
  const cardinality = !isTarget ? 'many_to_many' : toIsKey && fromIsKey ? 'one_to_one' : 'many_to_one';
  return { from, to, cardinality, source: 'measured', role, score, ...inclusion };
}
