import type { Catalog } from '../catalog/catalog.js';
import type { Grounding } from './concept.js';
import type { Mention } from './mentions.js';
import type { Token } from './tokens.js';

/** The names of tables and columns that are written to the letter, underscores included: `to_city_id` is one name, no `to` in it. */
export function writtenNames(tokens: readonly Token[], catalog: Catalog): readonly Mention[] {
  return tokens.flatMap((token, from) => {
    if (token.tied || tokens[from + 1]?.tied !== true) return [];
    const next = tokens.findIndex(({ tied }, place) => place > from && !tied);
    const to = next === -1 ? tokens.length : next;
    const name = tokens
      .slice(from, to)
      .map(({ text }) => text.toLowerCase())
      .join('_');
    const groundings = called(name, catalog);
    return groundings.length === 0 ? [] : [{ from, to, groundings }];
  });
}

function called(name: string, { datasets }: Catalog): readonly Grounding[] {
  const evidence = 'its name to the letter';
  return datasets.flatMap((dataset): readonly Grounding[] => [
    ...(dataset.name.toLowerCase() === name
      ? [{ concept: { kind: 'dataset' as const, dataset: dataset.name }, score: 1, evidence }]
      : []),
    ...dataset.columns
      .filter((column) => column.name.toLowerCase() === name)
      .map((column) => ({
        concept: { kind: 'column' as const, dataset: dataset.name, column: column.name },
        score: 1,
        evidence,
      })),
  ]);
}

/** Of what was found in the request, what does not cut a written name into pieces. */
export function apartFrom<Found extends { readonly from: number; readonly to: number }>(
  names: readonly Mention[],
  found: readonly Found[],
): readonly Found[] {
  return found.filter(({ from, to }) => names.every((name) => to <= name.from || from >= name.to));
}
