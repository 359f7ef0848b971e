/** Words for the two ends of a way: of what is called like one of them, the others tell as well. */
const ends: readonly (readonly string[])[] = [
  ['source', 'src', 'origin', 'start', 'begin', 'departure', 'depart', 'dep', 'leave', 'originate'],
  ['destination', 'dst', 'dest', 'target', 'end', 'finish', 'arrival', 'arrive', 'arr', 'land'],
];

/** Words for the end of a way that `word` names; none where it names no end. */
export function directionOf(word: string): readonly string[] {
  return ends.find((words) => words.includes(word)) ?? [];
}
