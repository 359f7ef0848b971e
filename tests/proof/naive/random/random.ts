import type { Construct } from './construct-names.js';

const nothing: ReadonlySet<Construct> = new Set();

/**
 * A stream of choices that is the same for the same seed on every machine (mulberry32). Choices may say which construct
 * they make: those that are `wanted` are made about as often as all others together.
 */
export class Random {
  #state: number;
  readonly #wanted: ReadonlySet<Construct>;

  constructor(seed: number, wanted: ReadonlySet<Construct> = nothing) {
    this.#state = seed | 0;
    this.#wanted = wanted;
  }

  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in `percent` of a hundred; oftener where that makes one of `constructs` that are wanted. */
  chance(percent: number, ...constructs: readonly Construct[]): boolean {
    return this.below(100) < (this.#isWanted(constructs) ? Math.max(percent, 60) : percent);
  }

  /** One of the items; those that make a wanted construct are as likely as all together. */
  pick<Item>(items: readonly Item[], constructsOf: ((item: Item) => readonly Construct[]) | null = null): Item {
    const wanted = constructsOf === null ? [] : items.filter((item) => this.#isWanted(constructsOf(item)));
    const from = wanted.length > 0 && this.chance(50) ? wanted : items;
    const item = from[this.below(from.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Some of the items, `most` at the most, in a random order, none twice. */
  some<Item>(items: readonly Item[], most: number): readonly Item[] {
    const left = [...items];
    const taken: Item[] = [];
    const count = this.between(0, Math.min(most, items.length));
    while (taken.length < count) taken.push(...left.splice(this.below(left.length), 1));
    return taken;
  }

  /** One of the thunks' results, each as likely as its weight, or one that makes a wanted construct. */
  weighted<Result>(choices: readonly (readonly [number, () => Result, ...constructs: readonly Construct[]])[]): Result {
    const wanted = choices.filter(([, , ...constructs]) => this.#isWanted(constructs));
    if (wanted.length > 0 && this.chance(50)) return this.pick(wanted)[1]();
    let left = this.below(choices.reduce((total, [weight]) => total + weight, 0));
    for (const [weight, make] of choices) {
      if (left < weight) return make();
      left -= weight;
    }
    throw new Error('no choice has a weight');
  }

  #isWanted(constructs: readonly Construct[]): boolean {
    return constructs.some((name) => this.#wanted.has(name));
  }
}
