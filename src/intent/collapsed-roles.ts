import type { Catalog, Relationship } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import { isTemporal } from '../plan/data-type.js';
import type { Query } from '../plan/query.js';
import { columnsOf, datasetOf, expressionsOf, queriesOf } from '../plan/traverse.js';
import { joinsOfQuery } from './plan-shape.js';
import { isRoleSaid } from './relationship-roles.js';
import { stemOf } from './word-forms.js';

/** The most that a reading is trusted which takes two things that the request tells apart for one. */
export const collapsedConfidence = 0.2;

/**
 * What the request tells apart and the plan does not, each as a sentence: two roles of a table of which it uses one
 * (`shipping city and billing city`), and a date beside which it reads another one (`placed and delivered per month`).
 * `passed` are stems of words that became nothing of the plan.
 */
export function collapsedRoles(
  query: Query,
  catalog: Catalog,
  said: ReadonlySet<string>,
  passed: ReadonlySet<string>,
): readonly string[] {
  const read = new Set<string>();
  const datasets = new Set<string>();
  for (const inner of queriesOf(query)) {
    if (inner.kind === 'set') continue;
    for (const { dataset } of inner.tables) datasets.add(dataset);
    for (const { table, column } of expressionsOf(inner).flatMap(columnsOf))
      read.add(placeOf(datasetOf(inner, table), column));
  }
  for (const { from, columns } of joinsOfQuery(query)) for (const column of columns) read.add(placeOf(from, column));
  return [...collapsedWays(catalog, datasets, said, read), ...otherDates(catalog, datasets, passed, read)];
}

function placeOf(dataset: string, column: string): string {
  return JSON.stringify([dataset, column]);
}

function collapsedWays(
  { relationships }: Catalog,
  datasets: ReadonlySet<string>,
  said: ReadonlySet<string>,
  read: ReadonlySet<string>,
): readonly string[] {
  const ways = new Map<string, Relationship[]>();
  for (const relationship of relationships) {
    const { from, to } = relationship;
    if (!datasets.has(from.dataset) || from.dataset === to.dataset || !isRoleSaid(relationship, said)) continue;
    const ends = JSON.stringify([from.dataset, to.dataset]);
    ways.set(ends, [...(ways.get(ends) ?? []), relationship]);
  }
  const isUsed = ({ from }: Relationship): boolean =>
    from.columns.every((column) => read.has(placeOf(from.dataset, column)));
  return [...ways.values()].flatMap((several) => {
    const unused = several.filter((way) => !isUsed(way));
    if (several.length < 2 || unused.length === 0) return [];
    const [first] = several;
    if (first === undefined) return [];
    const { from, to } = first;
    const names = (list: readonly Relationship[]): string =>
      list.map((way) => way.from.columns.join(', ')).join(' and ');
    return [
      `The request tells ${names(several)} apart, but ${names(unused)} of ${from.dataset} is not used to meet ${to.dataset}.`,
    ];
  });
}

function otherDates(
  catalog: Catalog,
  datasets: ReadonlySet<string>,
  passed: ReadonlySet<string>,
  read: ReadonlySet<string>,
): readonly string[] {
  return catalog.datasets
    .filter(({ name }) => datasets.has(name))
    .flatMap((dataset) => {
      const dates = dataset.columns.filter(({ type }) => isTemporal(type));
      const isRead = (column: string): boolean => read.has(placeOf(dataset.name, column));
      const taken = dates.filter(({ name }) => isRead(name)).map(({ name }) => name);
      if (taken.length === 0) return [];
      return dates.flatMap((column) => {
        const word = columnWords(dataset, column).find((each) => each.length > 2 && passed.has(stemOf(each)));
        const isShared = dates.some(
          (other) => other !== column && word !== undefined && columnWords(dataset, other).includes(word),
        );
        return word === undefined || isShared || isRead(column.name)
          ? []
          : [
              `The request says "${word}", but of the dates of ${dataset.name} ${taken.join(', ')} is read and not ${column.name}.`,
            ];
      });
    });
}
