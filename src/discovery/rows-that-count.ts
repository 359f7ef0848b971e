import type { Catalog, Dataset } from '../catalog/catalog.js';
import { withPreparedSources } from '../catalog/prepared-sources.js';
import { typeText } from '../plan/data-type.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { Join, SemanticPlan } from '../plan/query.js';
import type { Assumption, Reading } from '../plan/reading.js';
import { columnsOf, datasetOf, expressionsOf, homeDatasetsOf } from '../plan/traverse.js';

/** The reading over the rows that count by the glossary, with what that leaves out, and what is counted though it may be twice. */
export function overRowsThatCount(reading: Reading, catalog: Catalog): Reading {
  const { plan, prepared } = withPreparedSources(reading.plan, catalog);
  const assumptions = [
    ...prepared.flatMap(deduplicated),
    ...prepared.flatMap(castColumns),
    ...inForce(reading.plan),
    ...sharedOut(reading.plan, catalog),
    ...partialColumns(reading.plan, catalog),
    ...countedDatasets(reading.plan).flatMap((name) =>
      countedTwice(
        catalog.datasets.find((candidate) => candidate.name === name),
        reading.plan,
      ),
    ),
  ];
  return assumptions.length === 0 && prepared.length === 0
    ? reading
    : { ...reading, plan, assumptions: [...reading.assumptions, ...assumptions] };
}

function deduplicated({ name, dedupe }: Dataset): readonly Assumption[] {
  if (!dedupe) return [];
  const { key, latestBy, evidence, ties } = dedupe;
  const found =
    evidence.broken === 0
      ? 'none occurs more than once'
      : `${evidence.broken} of ${evidence.keys} occur more than once`;
  const tied =
    ties === 0
      ? ''
      : `; of ${ties} several rows are alike in ${latestBy.join(', ')} too: of these the greatest by the other columns counts`;
  return [
    {
      code: 'dedupe',
      text: `Of rows of ${name} with the same ${key.join(', ')} the latest by ${latestBy.join(', ')} counts, as the glossary says: ${found}${tied}.`,
    },
  ];
}

function castColumns({ name, columns }: Dataset): readonly Assumption[] {
  return columns.flatMap(({ name: column, cast }) => {
    if (cast === undefined) return [];
    const { to, formats, misfits, values, onFailure } = cast;
    const written = formats === undefined ? '' : `, written ${formats.join(' or ')}`;
    const otherwise = {
      error: 'a value that does not fit stops the build',
      null: 'values that do not fit are null',
      drop: 'rows whose value does not fit do not count',
    }[onFailure];
    return [
      {
        code: 'cast',
        text: `${column} of ${name} is read as ${typeText(to)}${written}, as the glossary says; ${otherwise}: ${misfits} of ${values}.`,
      },
    ];
  });
}

function inForce(plan: SemanticPlan): readonly Assumption[] {
  const texts = queriesOfPlan(plan).flatMap((query) =>
    query.kind === 'set' ? [] : query.joins.flatMap((join) => validityText(join)),
  );
  return [...new Set(texts)].map((text) => ({ code: 'validity', text }));
}

function validityText({ from, to, during }: Join): readonly string[] {
  if (!during) return [];
  const at = during.at === null ? 'the as-of date' : `${during.atTable ?? from}.${during.at}`;
  return [`Of ${to} the row in force on ${at} is met.`];
}

/** What a bridge shares out, and what it leaves out, where a measure multiplies by its parts. */
function sharedOut(plan: SemanticPlan, { relationships }: Catalog): readonly Assumption[] {
  const texts = queriesOfPlan(plan).flatMap((query) => {
    if (query.kind === 'set') return [];
    return query.joins.flatMap(({ from, to, weight }) => {
      const isUsed = expressionsOf(query)
        .flatMap(columnsOf)
        .some(({ table, column }) => table === from && column === weight);
      const [bridge, whole] = [datasetOf(query, from), datasetOf(query, to)];
      const known = relationships.find(
        (one) => one.from.dataset === bridge && one.to.dataset === whole && one.weight?.column === weight,
      )?.weight;
      if (!isUsed || !known) return [];
      const left = known.unshared === 0 ? '' : `; ${known.unshared} rows of ${whole} have no part and do not count`;
      return [`Values of ${whole} are shared out by ${bridge}.${known.column}${left}.`];
    });
  });
  return [...new Set(texts)].map((text) => ({ code: 'shared_out', text }));
}

/** The columns of the plan that some files of their dataset do not have. */
function partialColumns(plan: SemanticPlan, { datasets }: Catalog): readonly Assumption[] {
  const texts = queriesOfPlan(plan).flatMap((query) => {
    if (query.kind === 'set') return [];
    return expressionsOf(query)
      .flatMap(columnsOf)
      .flatMap(({ table, column }) => {
        const name = query.tables.find(({ id }) => id === table)?.dataset;
        const found = datasets.find((dataset) => dataset.name === name)?.columns.find((own) => own.name === column);
        return found?.partial === true ? [`Some files of ${name} have no "${column}": it is null in their rows.`] : [];
      });
  });
  return [...new Set(texts)].map((text) => ({ code: 'partial_column', text }));
}

/** Whether rows are narrowed by the column: of versions, since when they hold. */
function narrowsBy(plan: SemanticPlan, dataset: string, name: string): boolean {
  return queriesOfPlan(plan).some(
    (query) =>
      query.kind !== 'set' &&
      query.filter !== null &&
      columnsOf(query.filter).some(({ table, column }) => column === name && datasetOf(query, table) === dataset),
  );
}

/** The datasets whose rows are counted, summed or listed. */
function countedDatasets(plan: SemanticPlan): readonly string[] {
  return [...new Set(queriesOfPlan(plan).flatMap((query) => (query.kind === 'set' ? [] : homeDatasetsOf(query))))];
}

function countedTwice(dataset: Dataset | undefined, plan: SemanticPlan): readonly Assumption[] {
  const { name = '', nearKey, history, versions, columns = [], rows = 0 } = dataset ?? {};
  if (versions && narrowsBy(plan, name, versions.start)) return [];
  if (history || versions)
    return [{ code: 'validity', text: `All rows of ${name} are used, also those that are not in force any more.` }];
  const profile = columns.find((column) => column.name === nearKey?.[0])?.profile;
  if (!nearKey || profile === undefined) return [];
  const tooMany = rows - profile.nulls - profile.distinct;
  return [
    {
      code: 'duplicate_keys',
      text: `All ${rows} rows of ${name} are used, though ${tooMany} ${tooMany === 1 ? 'has' : 'have'} a ${nearKey.join(', ')} that is there before; "dedupe" in the glossary says which counts.`,
    },
  ];
}
