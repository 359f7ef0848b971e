/**
 * Orders text by UTF-16 code units, the same on every machine and in every locale. Every sort that decides bytes
 * of an artifact goes through it; `localeCompare` never does.
 */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** `items` in a new array, ordered by the text that `key` gives for each. Equal keys keep their order. */
export function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return [...items].sort((left, right) => compareText(key(left), key(right)));
}
