import { conceptKey, type Grounding } from './concept.js';
import type { Mention } from './mentions.js';
import type { Token } from './tokens.js';
import { singularOf, stemOf } from './word-forms.js';
import { relatedTo } from './words/related.js';
import { softNouns } from './words/soft-nouns.js';

/** A table whose name is said this surely is what something happened to. */
const tableScoreMin = 0.65;

/**
 * Where a participle stands right behind a table that has a date of it (`invoices paid` of a `paid_on`): it tells what happened to
 * its rows and names no column. Each place with the dates of that table.
 */
export function happenedPlaces(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  events: ReadonlyMap<string, readonly Grounding[]>,
): ReadonlyMap<number, readonly Grounding[]> {
  const found = new Map<number, readonly Grounding[]>();
  tokens.forEach((token, place) => {
    if (token.kind !== 'word' || !isPast.test(token.lower)) return;
    const known = events.get(token.stem) ?? [];
    const before = tablesEndingAt(mentions, place);
    const dates = known.filter(({ concept }) => concept.kind === 'column' && before.has(concept.dataset));
    if (dates.length > 0) found.set(place, dates);
  });
  return found;
}

const isPast = /(?:ed|[td])$/u;

/**
 * Where a noun behind a period says what happened then (`year of completion`, `month of delivery`), each place with the dates that
 * the catalog has of it by the noun or by a word of the same meaning (`delivered_on`).
 */
export function namedHappenings(
  tokens: readonly Token[],
  events: ReadonlyMap<string, readonly Grounding[]>,
): ReadonlyMap<number, readonly Grounding[]> {
  const found = new Map<number, readonly Grounding[]>();
  tokens.forEach((token, place) => {
    const link = tokens[place - 1]?.lower === 'the' ? place - 2 : place - 1;
    const period = tokens[link - 1]?.lower ?? '';
    if (token.kind !== 'word' || tokens[link]?.lower !== 'of' || !periods.has(period)) return;
    const dates = datesOfNoun(token, events);
    if (dates.length > 0) found.set(place, dates);
  });
  return found;
}

/** The dates of what a noun says happened, by the noun or by a word of the same meaning: `registered_on` of `registrations`. */
function datesOfNoun({ lower, stem }: Token, events: ReadonlyMap<string, readonly Grounding[]>): readonly Grounding[] {
  const alike = relatedTo(lower).flatMap(({ word, tier }) => (tier < 2 ? [stemOf(word)] : []));
  return [stem, ...alike].map((one) => events.get(one)).find((known) => known !== undefined) ?? [];
}

const periods: ReadonlySet<string> = new Set([
  'year',
  'years',
  'quarter',
  'quarters',
  'month',
  'months',
  'week',
  'weeks',
]);

function tablesEndingAt(mentions: readonly Mention[], place: number): ReadonlySet<string> {
  return new Set(
    mentions.flatMap(({ to, groundings }) =>
      to !== place
        ? []
        : groundings.flatMap(({ concept, score }) =>
            concept.kind === 'dataset' && score >= tableScoreMin ? [concept.dataset] : [],
          ),
    ),
  );
}

/** The mentions without those dates as the meaning of the participle, alone or together with the table before it. */
export function withoutHappened(
  mentions: readonly Mention[],
  happened: ReadonlyMap<number, readonly Grounding[]>,
): readonly Mention[] {
  return mentions.flatMap((mention) => {
    const dates = new Set(happened.get(mention.to - 1)?.map(({ concept }) => conceptKey(concept)));
    if (dates.size === 0) return [mention];
    const groundings = mention.groundings.filter(({ concept }) => !dates.has(conceptKey(concept)));
    return groundings.length === 0 ? [] : [{ ...mention, groundings }];
  });
}

/** Of a participle, and of a noun in the plural that names such a date itself (`registrations`), when it happened. */
export function datesOfWord(
  token: Token,
  groundings: readonly Grounding[],
  events: ReadonlyMap<string, readonly Grounding[]>,
): readonly Grounding[] {
  if (/ed$/u.test(token.lower)) return events.get(token.stem) ?? [];
  const best = groundings[0]?.concept;
  if (best?.kind !== 'column' || singularOf(token.lower) === token.lower || softNouns.has(token.lower)) return [];
  const key = conceptKey(best);
  const dates = datesOfNoun(token, events);
  return dates.some(({ concept }) => conceptKey(concept) === key) ? dates : [];
}
