import type { Meant } from './search-catalog.js';
import type { SearchIndex } from './search-index.js';

/** Of a catalog that names more than this only tables, terms and metrics are compared by meaning, a table with its columns. */
const comparedMax = 20_000;
const columnsTold = 40;
const meantMax = 100;
/** Less than this is no likeness: two texts of one language always have some. */
const likenessMin = 0.2;

/** A document with the text that says what it means. */
interface MeantDocument {
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
    const { kind, dataset, name, words } = index.document(place);
    const said = [...words.keys()].join(' ');
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

/** The documents whose meaning is nearest to what is searched, best first, of equal ones the first. */
export function nearestMeanings(
  documents: readonly MeantDocument[],
  vectors: readonly Float32Array[],
  searched: Float32Array,
): readonly Meant[] {
  const found = documents.flatMap(({ place }, index) => {
    const likeness = productOf(vectors[index] ?? searched, searched);
    return likeness < likenessMin ? [] : [{ place, likeness }];
  });
  return found.sort((left, right) => right.likeness - left.likeness || left.place - right.place).slice(0, meantMax);
}

function productOf(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let place = 0; place < right.length; place += 1) sum += (left[place] ?? 0) * (right[place] ?? 0);
  return sum;
}
