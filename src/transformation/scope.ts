import type { TableShape } from '../plan/product.js';
import type { TimeSettings } from '../plan/query.js';
import type { InnerQuery, Relation, ResultColumn, Step } from '../plan/relational.js';

/** What all passes over one plan share. `names` hands out step names, each once. */
export interface Scope {
  readonly sources: readonly TableShape[];
  readonly time: TimeSettings;
  readonly names: StepNames;
  /** What people call a dataset. */
  readonly toldName: (dataset: string) => string;
}

/**
 * A query while it is lowered: the steps so far and the relation that gives its rows. `columns` are those of the relation, shown
 * ones only.
 */
export interface Lowered {
  readonly steps: readonly Step[];
  readonly inner: readonly InnerQuery[];
  readonly relation: Relation;
  readonly columns: readonly ResultColumn[];
}

/** The outermost query's rows come in order; an inner query's order matters only to its own limit. */
export type QueryUse = 'result' | 'inner';

const nameLengthMax = 60;

/** Names of steps: words of what they hold, never that of a dataset, an occurrence or another step. */
export class StepNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** A new name made of `words`, such as `orders_by_region`; a number is added where it is taken. */
  next(words: readonly string[]): string {
    const slug = words
      .join('_')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, nameLengthMax);
    const base = /^[a-z]/.test(slug) ? slug : `step_${slug}`;
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }
}
