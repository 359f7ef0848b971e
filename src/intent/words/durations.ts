import type { TimeUnit } from '../../plan/query.js';
import { type OperatorEntry, phrases, type SpanEnds } from './operator.js';

/** The units that lengths of time are told in, as people say them. */
const lengths: readonly (readonly [TimeUnit, string])[] = [
  ['second', 'seconds'],
  ['minute', 'minutes'],
  ['hour', 'hours'],
  ['day', 'days'],
  ['week', 'weeks'],
  ['month', 'months'],
  ['year', 'years'],
];

const span = (ends: SpanEnds, unit: TimeUnit | null, words: readonly string[]): readonly OperatorEntry[] =>
  phrases({ kind: 'span', ends, unit }, words.join('|'));

/** What is asked of a unit by name, and of time without one. */
const asked = (name: string): readonly string[] => [name, `number of ${name}`, `no of ${name}`, `no . of ${name}`];
const unnamed = ['time', 'duration', 'elapsed time', 'time elapsed', 'time difference', 'time taken', 'time it takes'];

const between = (name: string): readonly string[] =>
  [...asked(name), `difference in ${name}`, `time in ${name}`, `duration in ${name}`].flatMap((length) => [
    `${length} between`,
    `${length} from`,
    `${length} elapsed between`,
    `${length} passed between`,
  ]);

const until = (length: string): readonly string[] =>
  ['to', 'until', 'it takes to', 'it took to', 'taken to', 'needed to', 'required to'].map(
    (link) => `${length} ${link}`,
  );

const since = (length: string): readonly string[] =>
  ['since', 'elapsed since', 'passed since', 'have passed since', 'has passed since', 'that have passed since'].map(
    (link) => `${length} ${link}`,
  );

/** Words for the time between two events, up to one, or since one until today; and for the unit it is told in. */
export const durationWords: readonly OperatorEntry[] = [
  ...lengths.flatMap(([unit, name]) => [
    ...span('both', unit, between(name)),
    ...span('end', unit, asked(name).flatMap(until)),
    ...span('start', unit, [...asked(name), `how many ${name}`].flatMap(since)),
    ...span('start', unit, [
      `how many ${name} has it been since`,
      `how many ${name} ago was`,
      `how many ${name} ago is`,
    ]),
    ...phrases(
      { kind: 'unit', unit },
      ['in', 'measured in', 'expressed in', 'as']
        .flatMap((link) => asked(name).map((length) => `${link} ${length}`))
        .concat(`in whole ${name}`, `( ${name} )`, `( in ${name} )`)
        .join('|'),
    ),
  ]),
  ...span(
    'both',
    null,
    unnamed.flatMap((length) => [`${length} between`, `${length} from`]),
  ),
  ...span('end', null, [...unnamed.flatMap(until), 'how long does it take to', 'how long did it take to']),
  ...span('start', null, [...unnamed.flatMap(since), 'how long has it been', 'how long is it', 'how long ago was']),
];
