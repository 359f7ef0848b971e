import type { Catalog } from '../catalog/catalog.js';
import type { Query } from '../plan/query.js';
import { aggregatesOf, datasetOf, queriesOf } from '../plan/traverse.js';
import type { PassedOver } from './accounted.js';
import { dateOf } from './schema-model.js';

/**
 * Histories met as they are on the as-of date by rows that happened on days of their own, as another table leads to them (a sale,
 * its shop, the shop's tariff): a sum over those days by today's price is hardly what is asked.
 */
export function presentVersions(query: Query, { datasets }: Catalog): readonly PassedOver[] {
  return queriesOf(query).flatMap((inner) => {
    if (inner.kind !== 'aggregate') return [];
    const homes = new Set(inner.measures.flatMap(({ definition }) => aggregatesOf(definition)).map(({ home }) => home));
    return inner.joins.flatMap(({ from, to, during }) => {
      if (!during || during.at !== null || homes.has(from)) return [];
      return [...homes].flatMap((home) => {
        const name = datasetOf(inner, home);
        const date = dateOf(datasets.find((dataset) => dataset.name === name));
        if (date === null) return [];
        const [history, link] = [datasetOf(inner, to), datasetOf(inner, from)];
        const text = `Of ${history} the row in force on the as-of date is met by way of ${link}, not the one on ${name}.${date}: a relationship from ${name} to ${history}, declared in the glossary, meets that.`;
        return [{ text, doubtful: true }];
      });
    });
  });
}
