/** A stream of choices that is the same for the same seed on every machine (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
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

  /** True in `percent` of a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
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

  /** One of the thunks' results, each as likely as its weight. */
  weighted<Result>(choices: readonly (readonly [number, () => Result])[]): Result {
    let left = this.below(choices.reduce((total, [weight]) => total + weight, 0));
    for (const [weight, make] of choices) {
      if (left < weight) return make();
      left -= weight;
    }
    throw new Error('no choice has a weight');
  }
}
