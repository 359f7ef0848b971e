import type { Column, Dataset } from '../catalog/catalog.js';
import { columnWords } from '../catalog/name-words.js';
import type { Series } from '../catalog/series.js';
import type { Snapshot } from '../plan/query.js';
import { columnRef } from './column-reference.js';
import { singularOf } from './word-forms.js';
import { levelWords } from './words/level-words.js';

/** Whether the column is called like how much there is at a time. */
export function isLevel(dataset: Dataset, column: Column): boolean {
  return columnWords(dataset, column).some((word) => levelWords.has(word) || levelWords.has(singularOf(word)));
}

/** What of a series counts in each group: its last row, or its first. */
export function levelSnapshot(dataset: string, { by, per }: Series, take: Snapshot['take']): Snapshot {
  return { take, by: columnRef(dataset, by), per: per.map((name) => columnRef(dataset, name)) };
}
