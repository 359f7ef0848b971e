import type { Expression } from '../plan/query.js';
import type { Column, Dataset, Relationship } from './catalog.js';
import { columnResolver, NameFinder, UnknownNameError } from './glossary-names.js';
import { columnWords, singularOf, wordsOfName } from './name-words.js';
import type { ExpressionScope } from './sql-expression.js';
import type { ResolvedColumn } from './sql-row-expression.js';
import { SqlTextError } from './sql-tree.js';

/** A column with its table. */
export interface FoundColumn {
  readonly dataset: Dataset;
  readonly column: Column;
}

/** What the names in free text stand for, with the tables that its sentence speaks of as a help. */
export class NoteNames {
  readonly #datasets: readonly Dataset[];
  readonly #relationships: readonly Relationship[];
  readonly #finder: NameFinder;

  constructor(datasets: readonly Dataset[], relationships: readonly Relationship[]) {
    this.#datasets = datasets;
    this.#relationships = relationships;
    this.#finder = new NameFinder(datasets);
  }

  /** The tables whose names stand in the text, as written or in words, singular or plural. */
  mentioned(text: string): readonly Dataset[] {
    const words = plainWords(text).map(singularOf);
    return this.#datasets.filter(({ name }) => holds(words, wordsOfName(name).map(singularOf)));
  }

  /** The table that the phrase names as a whole; null for none. */
  dataset(phrase: string): Dataset | null {
    const words = plainWords(withoutArticle(phrase).replace(/ (?:table|rows?|records?|entries)$/iu, '')).map(
      singularOf,
    );
    const same = this.#datasets.filter(({ name, synonyms }) =>
      [wordsOfName(name), ...synonyms.map(plainWords)].some((known) => sameWords(known.map(singularOf), words)),
    );
    return same.length === 1 ? (same[0] ?? null) : null;
  }

  /**
   * The column that a phrase names: `orders.amount`, `amount`, `the order date`, `the amount of orders`. Raises
   * SqlTextError where none or several have that name.
   */
  column(phrase: string, preferred: readonly Dataset[]): FoundColumn {
    const plain = withoutArticle(phrase.replaceAll(/["`]/gu, '')).replace(/ (?:column|field|values?)$/iu, '');
    const qualified = /^([\w$]+)\.([\w$]+)$/u.exec(plain);
    if (qualified !== null) return this.#qualified(qualified[1] ?? '', qualified[2] ?? '');
    const owned = /^(?<name>.+?)(?: column| field)? (?:in|of|from|on)(?: all)? (?<table>.+)$/iu.exec(plain)?.groups;
    const owner = owned?.table === undefined ? null : this.dataset(owned.table);
    const wanted = owner === null ? plain : withoutArticle(owned?.name ?? plain);
    const found = this.#named(wanted, owner === null ? this.#datasets : [owner]);
    const near = found.filter(({ dataset }) => preferred.includes(dataset));
    const candidates = found.length > 1 && near.length > 0 ? near : found;
    const [only, ...others] = candidates;
    if (only === undefined) throw new SqlTextError(`there is no column "${wanted}"`, 0);
    if (others.length === 0) return only;
    const tables = candidates.map(({ dataset }) => dataset.name).join(', ');
    throw new SqlTextError(`"${wanted}" is a column of several tables (${tables}): write table.column`, 0);
  }

  #qualified(table: string, column: string): FoundColumn {
    try {
      const dataset = this.#finder.dataset(table);
      return { dataset, column: this.#finder.column(dataset, column) };
    } catch (thrown) {
      if (thrown instanceof UnknownNameError) throw new SqlTextError(thrown.message, 0, thrown.near);
      throw thrown;
    }
  }

  /** By the name itself, else by its words, else by the words that it ends with (`amount` for `fee_amount`). */
  #named(wanted: string, datasets: readonly Dataset[]): readonly FoundColumn[] {
    const all = datasets.flatMap((dataset) => dataset.columns.map((column) => ({ dataset, column })));
    const exact = all.filter(({ column }) => column.name.toLowerCase() === wanted.toLowerCase());
    if (exact.length > 0) return exact;
    const words = plainWords(wanted).map(singularOf);
    if (words.length === 0) return [];
    const called = (fits: (known: readonly string[]) => boolean): readonly FoundColumn[] =>
      all.filter(({ dataset, column }) =>
        [wordsOfName(column.name), columnWords(dataset, column), ...column.synonyms.map(plainWords)].some((known) =>
          fits(known.map(singularOf)),
        ),
      );
    const same = called((known) => sameWords(known, words));
    return same.length > 0 ? same : called((known) => sameWords(known.slice(-words.length), words));
  }

  /**
   * What `read` makes of a text whose table is not said: first with each aggregate folding the only table it uses, then
   * with one table as the home of all. Raises the first failure where none or several tables fit.
   */
  async withHome<Result>(
    preferred: readonly Dataset[],
    read: (scope: Pick<ExpressionScope, 'column' | 'home'>) => Promise<Result>,
  ): Promise<Result> {
    const used = new Set<string>();
    const unique = this.#uniqueColumns(preferred, used);
    let failure: SqlTextError;
    try {
      return await read({ column: unique, home: null });
    } catch (thrown) {
      if (!(thrown instanceof SqlTextError)) throw thrown;
      failure = thrown;
    }
    const homes = [...new Set([...preferred.map(({ name }) => name), ...used])];
    const fitting: Result[] = [];
    for (const name of homes) {
      const home = this.#finder.dataset(name);
      const resolve = columnResolver(this.#finder, home, this.#relationships, (dataset) => dataset);
      const column = (names: readonly string[], offset: number): ResolvedColumn => {
        const isOwn = home.columns.some((own) => own.name.toLowerCase() === names[0]?.toLowerCase());
        if (names.length > 1 || isOwn) return resolve(names, offset);
        const found = unique(names, offset);
        return resolve([found.occurrence, found.column], offset);
      };
      try {
        fitting.push(await read({ column, home: name }));
      } catch (thrown) {
        if (!(thrown instanceof SqlTextError)) throw thrown;
      }
    }
    const [only, ...others] = fitting;
    if (only === undefined || others.length > 0) throw failure;
    return only;
  }

  #uniqueColumns(preferred: readonly Dataset[], used: Set<string>): ExpressionScope['column'] {
    return (names, offset) => {
      try {
        const { dataset, column } = this.column(names.join('.'), preferred);
        used.add(dataset.name);
        return { occurrence: dataset.name, column: column.name, type: column.type };
      } catch (thrown) {
        if (thrown instanceof SqlTextError) throw new SqlTextError(thrown.message, offset, thrown.near);
        throw thrown;
      }
    };
  }
}

/** A reference to the column in a plan over dataset names. */
export function referenceTo({ dataset, column }: FoundColumn): Expression {
  return { kind: 'column', table: dataset.name, column: column.name };
}

function withoutArticle(text: string): string {
  return text.trim().replace(/^(?:the|an?|all|each|every|any|its|their) /iu, '');
}

function plainWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function sameWords(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}

/** Whether the run of words stands in the text. */
function holds(text: readonly string[], run: readonly string[]): boolean {
  return text.some((_, start) => run.every((word, index) => text[start + index] === word));
}
