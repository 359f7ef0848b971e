import type { Catalog, Dataset } from './catalog.js';

type Named = Pick<Catalog, 'datasets' | 'terms' | 'metrics'>;

/** The names of what somebody may not see. A name that something visible has, too, tells nothing and is no such name. */
export class HiddenNames {
  readonly #names: readonly string[];

  constructor(whole: Named, seen: Named) {
    const visible = new Set(namesOf(seen));
    this.#names = [...new Set(namesOf(whole))].filter((name) => !visible.has(name) && name !== '');
  }

  /** Whether one of the names stands in the text as a word, whatever its case. */
  occursIn(text: string): boolean {
    const lower = text.toLowerCase();
    return this.#names.some((name) => {
      for (let at = lower.indexOf(name); at !== -1; at = lower.indexOf(name, at + 1)) {
        const before = lower.slice(0, at).at(-1) ?? ' ';
        const after = lower[at + name.length] ?? ' ';
        if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return true;
      }
      return false;
    });
  }

  /** The text, or none where it says such a name. */
  cleared(text: string): string {
    return this.occursIn(text) ? '' : text;
  }

  /** The texts that say no such name. */
  without(texts: readonly string[]): readonly string[] {
    return texts.filter((text) => !this.occursIn(text));
  }

  /** The dataset with what people wrote of it cleared. */
  withoutInDataset(dataset: Dataset): Dataset {
    return {
      ...dataset,
      description: this.cleared(dataset.description),
      synonyms: this.without(dataset.synonyms),
      columns: dataset.columns.map((column) => ({
        ...column,
        description: this.cleared(column.description),
        synonyms: this.without(column.synonyms),
      })),
    };
  }
}

function namesOf({ datasets, terms, metrics }: Named): readonly string[] {
  return [
    ...datasets.flatMap(({ name, columns }) => [name, ...columns.map((column) => column.name)]),
    ...terms.map(({ term }) => term),
    ...metrics.flatMap(({ name, label }) => [name, label]),
  ].map((name) => name.toLowerCase());
}
