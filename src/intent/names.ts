/** Makes an output name of words: lower-case, joined by underscores, at most 63 characters, never empty. */
function outputName(words: string): string {
  const text = words
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/gu, '_')
    .replace(/^_+|_+$/gu, '');
  const started = /^[a-z]/u.test(text) ? text : `c_${text}`.replace(/_+$/u, '');
  return started.slice(0, 63).replace(/_+$/u, '');
}

/** Hands out output names that are unique in one query. */
export class OutputNames {
  readonly #taken = new Set<string>();

  /** `wanted` as an output name, with a number behind it where it is taken. */
  take(wanted: string): string {
    const base = outputName(wanted);
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base.slice(0, 59)}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** The id of the one occurrence of a dataset in a query: its name where that is a legal id. */
export function occurrenceId(dataset: string): string {
  const text = dataset.replace(/[^A-Za-z0-9_]/gu, '_');
  return /^[A-Za-z_]/u.test(text) ? text : `t_${text}`;
}
