import type { Concept, Grounding } from './concept.js';
import type { Mention } from './mentions.js';
import type { OperatorMention } from './operators.js';
import type { Token } from './tokens.js';
import type { Operator } from './words/operator.js';

/** What names a column this surely tells of which column the value behind it is. */
const namedMin = 0.85;
/** Nothing says more of a value than the name of its column right before it. */
const namedScore = 1.04;
const exactMin = 0.8;

/**
 * The mentions with what they say of each other: a value of the data that stands right behind the name of its own column
 * (`soil kind mossy`, `stage is resting`) is meant as that, also where a table is called alike.
 */
export function withNamedValues(tokens: readonly Token[], mentions: readonly Mention[]): readonly Mention[] {
  return mentions.map((mention) => {
    const columns = mentions.flatMap(({ to, groundings }) =>
      to === mention.from || (to === mention.from - 1 && links.has(tokens[to]?.lower ?? ''))
        ? groundings.filter(({ concept, score }) => concept.kind === 'column' && score >= namedMin)
        : [],
    );
    if (!mention.groundings.some((grounding) => isValueOf(grounding, columns))) return mention;
    const lifted = mention.groundings.map((grounding) =>
      isValueOf(grounding, columns) ? { ...grounding, score: Math.max(grounding.score, namedScore) } : grounding,
    );
    return { ...mention, groundings: lifted.sort((left, right) => right.score - left.score) };
  });
}

const links: ReadonlySet<string> = new Set(['is', 'are', 'was', 'were', '=', ':', 'of', 'being']);

function isValueOf({ concept, score }: Grounding, columns: readonly Grounding[]): boolean {
  return isExact(concept) && score >= exactMin && columns.some(({ concept: column }) => sameColumn(column, concept));
}

function isExact(concept: Concept): concept is Extract<Concept, { kind: 'value' }> {
  return concept.kind === 'value' && concept.match === 'exact';
}

function sameColumn(name: Concept, value: Extract<Concept, { kind: 'value' }>): boolean {
  return name.kind === 'column' && name.dataset === value.dataset && name.column === value.column;
}

/** Kinds of words behind which a noun phrase begins. */
const openers: ReadonlySet<Operator['kind']> = new Set([
  'aggregate',
  'count',
  'quantity',
  'distinct',
  'share',
  'of',
  'preposition',
  'group',
  'each',
  'show',
  'top',
  'superlative',
  'every',
]);

const openingWords: ReadonlySet<string> = new Set(['the', 'a', 'an', 'all', 'any', 'only', ',']);

/**
 * The places where a participle describes the noun behind it by a value of the data (`total amount of repaired beds`): there
 * it is no verb that only ties words together. Behind a noun, `who` or `have` it may be one (`growers who repaired beds`).
 */
export function describingPlaces(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  operators: readonly OperatorMention[],
): ReadonlySet<number> {
  const places = mentions.flatMap(({ from, to, groundings }) => {
    const says = groundings.some(({ concept, score }) => isExact(concept) && score >= exactMin);
    return to === from + 1 && says && beginsNoun(tokens, operators, from) && namesThing(mentions, to) ? [from] : [];
  });
  return new Set(places);
}

function beginsNoun(tokens: readonly Token[], operators: readonly OperatorMention[], place: number): boolean {
  const before = tokens[place - 1];
  if (before === undefined || openingWords.has(before.lower)) return true;
  return operators.some(({ to, operator }) => to === place && openers.has(operator.kind));
}

function namesThing(mentions: readonly Mention[], place: number): boolean {
  return mentions.some(
    ({ from, groundings }) =>
      from === place && groundings.some(({ concept, score }) => concept.kind === 'dataset' && score >= namedMin),
  );
}
