import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { Lexicon } from './lexicon.js';
import { editSteps, nearStems } from './near-words.js';
import { operatorVocabulary } from './operators.js';
import type { Token } from './tokens.js';
import { stemOf } from './word-forms.js';
import { fillerWords, functionWords } from './words/fillers.js';
import { isDictionaryWord } from './words/related.js';
import { thesaurus } from './words/thesaurus.js';
import { verbForms } from './words/verbs.js';

const isSearched = (word: string): boolean => /^[a-z']{3,}$/u.test(word);
const vocabulary = new Set([...functionWords, ...operatorVocabulary].filter(isSearched));
/** Words that people use for names of catalogs: what is meant by one of them, its synonyms tell. */
const businessWords = new Set(thesaurus.flat().filter((word) => isSearched(word) && word.length > 3));

/**
 * The tokens with the misspelt ones among the words that hold a sentence together read as they were meant (`teh`, `averge`,
 * `descneding`), and those among common names of things (`reveneu`) where no name of the catalog is as near. Only what no
 * dictionary has and no value says.
 */
export async function spelledTokens(
  tokens: readonly Token[],
  lexicon: Lexicon,
  graph: KnowledgeGraph,
): Promise<readonly Token[]> {
  const meant = new Map<Token, string>();
  for (const token of tokens) {
    const word = isStrange(token) ? wordMeant(token.lower, lexicon) : null;
    if (word !== null) meant.set(token, word);
  }
  if (meant.size === 0) return tokens;
  const hits = await graph.findValues([...meant.keys()].map(({ text }) => text));
  return tokens.map((token) => {
    const word = meant.get(token);
    return word === undefined || hits.some(({ phrase }) => phrase === token.text)
      ? token
      : { ...token, lower: word, stem: stemOf(word), capitalised: false };
  });
}

function isStrange(token: Token): boolean {
  const { kind, lower, capitalised, number } = token;
  return (
    kind === 'word' &&
    number === null &&
    !capitalised &&
    /^[a-z']{3,}$/u.test(lower) &&
    !vocabulary.has(lower) &&
    !fillerWords.has(lower) &&
    !verbForms.has(lower) &&
    !isDictionaryWord(lower)
  );
}

/** What the word was meant to be; null where nothing is near, or something in the catalog is as near that is called otherwise. */
function wordMeant(said: string, lexicon: Lexicon): string | null {
  const known = nearStems(said, lexicon, true);
  const word = nearest(said, vocabulary) ?? (known.length === 0 ? nearest(said, businessWords) : null);
  if (word === null) return null;
  return known.length === 0 || known.some(({ stem }) => stem === stemOf(word)) ? word : null;
}

/** The word one typo away that shares the first letter or, swapped, the first two; of several one with the same letters, then the first by name. */
function nearest(said: string, words: ReadonlySet<string>): string | null {
  const near = [...words].filter(
    (word) =>
      Math.abs(word.length - said.length) <= 1 &&
      (word.charAt(0) === said.charAt(0) || word.charAt(0) === said.charAt(1)) &&
      editSteps(said, word) === 1,
  );
  const swapped = near.filter((word) => sorted(word) === sorted(said));
  return (swapped.length > 0 ? swapped : near).sort()[0] ?? null;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}
