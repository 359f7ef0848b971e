import type { Random } from './random.js';

const ofColumns = {
  measure: [
    ['label', 'weight'],
    ['day', 'rate'],
    ['flag', 'fine'],
  ],
  dimension: [
    ['written', 'small'],
    ['select', 'tiny'],
  ],
} as const;

/** A name of its own for the output at that place; now and then that of a column, which SQL could take for the other. */
export function outputName(random: Random, kind: keyof typeof ofColumns, at: number): string {
  const columns = ofColumns[kind][at];
  return columns !== undefined && random.chance(12) ? random.pick<string>(columns) : `${kind.slice(0, 1)}${at}`;
}
