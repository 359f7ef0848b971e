/** Words for the two ends of a way: of what is called like one of them, the others tell as well. */
const ends: readonly (readonly string[])[] = [
  ['source', 'origin', 'start', 'begin', 'departure', 'depart', 'leave', 'originate'],
  ['destination', 'target', 'end', 'finish', 'arrival', 'arrive', 'land'],
];

/** Words for the end of a way that `word` names; none where it names no end. */
export function directionOf(word: string): readonly string[] {
  return ends.find((words) => words.includes(word)) ?? [];
}
