import { contentHash } from '../../support/canonical-json.js';
import type { Meanings, Meant } from './search-hit.js';
import type { SearchIndex } from './search-index.js';

/** Of a catalog that names more than this only tables, terms and metrics are compared by meaning, a table with its columns. */
const comparedMax = 20_000;
const columnsTold = 40;
/** So many documents are near in meaning at most. */
export const meantMax = 100;
/** Less than this is no likeness: two texts of one language always have some. */
const likenessMin = 0.2;

/** A document with the text that says what it means. */
export interface MeantDocument {
  readonly place: number;
  readonly text: string;
}

/** What is compared by meaning, in the order of the index. */
export function meantDocuments(index: SearchIndex): readonly MeantDocument[] {
  const isLarge = index.documents > comparedMax;
  const { homes } = index;
  const found: { place: number; text: string }[] = [];
  let columns = 0;
  for (let place = 0; place < index.documents; place += 1) {
    // The columns of a table follow it: those that are not told are not looked at.
    if (isLarge && columns >= columnsTold && homes[place] === homes[place - 1]) continue;
    const { kind, dataset, name, said } = index.told(place);
    const table = found.at(-1);
    if (kind !== 'column') {
      columns = 0;
      found.push({ place, text: `${kind} ${name}: ${said}` });
    } else if (!isLarge) found.push({ place, text: `column ${name} of ${dataset ?? ''}: ${said}` });
    else if (table !== undefined && columns < columnsTold) {
      columns += 1;
      table.text += `; ${said}`;
    }
  }
  return found;
}

/** Names the vectors that a model gives of these documents: others of them are none that could be compared. */
export function meaningsIdentity({ model }: Meanings, documents: readonly MeantDocument[]): string {
  return contentHash({ model, documents: documents.map(({ place, text }) => [place, text]) });
}

/** Vectors of one size, one after the other: a scan over them is as fast as memory is read. */
export interface VectorBlock {
  readonly size: number;
  readonly numbers: Float32Array;
}

/** The vectors in one block; each is as long as the first. */
export function vectorBlock(vectors: readonly Float32Array[]): VectorBlock {
  const size = vectors[0]?.length ?? 0;
  const numbers = new Float32Array(size * vectors.length);
  for (const [place, vector] of vectors.entries()) numbers.set(vector, place * size);
  return { size, numbers };
}

/** The documents whose meaning is nearest to what is searched, best first, of equal ones the first. */
export function nearestMeanings(
  documents: readonly MeantDocument[],
  { size, numbers }: VectorBlock,
  searched: Float32Array,
): readonly Meant[] {
  const found: Meant[] = [];
  for (const [index, { place }] of documents.entries()) {
    found.push({ place, likeness: productOf(numbers, index * size, searched) });
  }
  return bestMeant(found);
}

/** Those of the greatest likeness, best first, of equal ones the first; without what is hardly alike. */
export function bestMeant(found: readonly Meant[]): readonly Meant[] {
  return found
    .filter(({ likeness }) => likeness >= likenessMin)
    .sort((left, right) => right.likeness - left.likeness || left.place - right.place)
    .slice(0, meantMax);
}

/** The product of the vector that begins at `start` with another. Four sums at once: each waits for its own last alone. */
function productOf(numbers: Float32Array, start: number, other: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = other.length - (other.length % 4);
  let at = start;
  for (let place = 0; place < whole; place += 4) {
    first += (numbers[at] ?? 0) * (other[place] ?? 0);
    second += (numbers[at + 1] ?? 0) * (other[place + 1] ?? 0);
    third += (numbers[at + 2] ?? 0) * (other[place + 2] ?? 0);
    fourth += (numbers[at + 3] ?? 0) * (other[place + 3] ?? 0);
    at += 4;
  }
  for (let place = whole; place < other.length; place += 1)
    first += (numbers[start + place] ?? 0) * (other[place] ?? 0);
  return first + second + third + fourth;
}
