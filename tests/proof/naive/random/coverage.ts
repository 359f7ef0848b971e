import { type Construct, constructs } from './construct-names.js';

/** A construct is rare as long as fewer than one in so many plans have it. */
const rareBelow = 50;
/** What a rare construct counts beside a pair that was not met yet. */
const weightOfRare = 40;

interface Pair {
  readonly left: Construct;
  readonly right: Construct;
}

/**
 * Which constructs, and which pairs of them, the plans of a campaign had. It says which plan to take next, and what to make
 * it of, so that no pair waits for luck; all of it follows from the plans that were added.
 */
export class Coverage {
  plans = 0;
  readonly met = new Map<Construct, number>();
  readonly #unmet = new Map(pairsOf(constructs).map((pair) => [nameOf(pair), pair] as const));
  readonly #asked = new Map<string, number>();

  /** A plan that was compared, with its constructs. */
  add(found: readonly Construct[]): void {
    this.plans += 1;
    for (const name of found) this.met.set(name, (this.met.get(name) ?? 0) + 1);
    for (const pair of pairsOf(found)) this.#unmet.delete(nameOf(pair));
  }

  /**
   * The constructs to make the next plan of, in a world that has none of those `without`: the unmet pair that was asked for
   * least; where all are met, those that are rare.
   */
  wanted(without: readonly Construct[]): ReadonlySet<Construct> {
    const possible = [...this.#unmet].filter(
      ([, { left, right }]) => !without.includes(left) && !without.includes(right),
    );
    const [first, ...others] = possible;
    if (first === undefined) return new Set(constructs.filter((construct) => this.#isRare(construct)));
    const [name, { left, right }] = others.reduce(
      (best, other) => (this.#times(other[0]) < this.#times(best[0]) ? other : best),
      first,
    );
    this.#asked.set(name, this.#times(name) + 1);
    return new Set([left, right]);
  }

  /** The plan with the most pairs that were not met yet and the most rare constructs; of equal ones the first. */
  rarest<Made extends { readonly found: readonly Construct[] }>(plans: readonly Made[]): Made | null {
    const news = ({ found }: Made): number =>
      pairsOf(found).filter((pair) => this.#unmet.has(nameOf(pair))).length +
      weightOfRare * found.filter((name) => this.#isRare(name)).length;
    return plans.reduce<Made | null>((best, made) => (best === null || news(made) > news(best) ? made : best), null);
  }

  /** The names of the pairs that no plan had. */
  unmetPairs(): readonly string[] {
    return [...this.#unmet.keys()];
  }

  #times(name: string): number {
    return this.#asked.get(name) ?? 0;
  }

  #isRare(name: Construct): boolean {
    return (this.met.get(name) ?? 0) * rareBelow < this.plans;
  }
}

function nameOf({ left, right }: Pair): string {
  return `${left} + ${right}`;
}

/** Each two of the names, in the order of the list of all. */
function pairsOf(names: readonly Construct[]): readonly Pair[] {
  return names.flatMap((left, at) => names.slice(at + 1).map((right) => ({ left, right })));
}
