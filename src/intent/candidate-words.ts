import type { KnowledgeGraph } from '../catalog/catalog.js';
import { withDenialsFirst } from './excluded-behind.js';
import type { Lexicon } from './lexicon.js';
import { withoutNamingAdvice } from './naming-advice.js';
import { spelledTokens } from './spelling.js';
import type { Token } from './tokens.js';
import { stemOf } from './word-forms.js';

/**
 * The tokens as they are searched. `first and last names` says its noun once for both: it is read as `first names and last
 * names`. A quoted name of several words (`"Ann Lee"`) that is no value of any column is read as its words. Offsets stay
 * those of the text.
 */
export async function searchedTokens(
  tokens: readonly Token[],
  lexicon: Lexicon,
  graph: KnowledgeGraph,
): Promise<readonly Token[]> {
  const opened = await openedQuotes(await spelledTokens(withoutNamingAdvice(tokens), lexicon, graph), graph);
  return withDenialsFirst(sharedNouns(opened, lexicon));
}

async function openedQuotes(tokens: readonly Token[], graph: KnowledgeGraph): Promise<readonly Token[]> {
  const quotes = tokens.filter(({ kind, text }) => kind === 'quoted' && /^\S+( \S+){1,2}$/u.test(text));
  if (quotes.length === 0) return tokens;
  const parts = quotes.flatMap(({ text }) => text.split(' '));
  const hits = await graph.findValues([...quotes.map(({ text }) => text), ...parts]);
  return tokens.flatMap((token) => {
    if (!quotes.includes(token) || hits.some(({ phrase }) => phrase === token.text)) return [token];
    const words = token.text.split(' ');
    const whole = words.every((word) => hits.some(({ phrase, match }) => phrase === word && match === 'exact'));
    return whole
      ? words.map((word) => ({ ...token, text: word, lower: word.toLowerCase(), stem: stemOf(word) }))
      : [token];
  });
}

function sharedNouns(tokens: readonly Token[], lexicon: Lexicon): readonly Token[] {
  return tokens.flatMap((token, index) => {
    const [link, second, noun] = tokens.slice(index + 1, index + 4);
    if (link === undefined || second === undefined || noun === undefined) return [token];
    if (!['and', 'or'].includes(link.lower) || token.kind !== 'word' || noun.kind !== 'word') return [token];
    const shared = names(lexicon, token.stem, noun.stem) && names(lexicon, second.stem, noun.stem);
    return shared && !names(lexicon, token.stem) ? [token, noun] : [token];
  });
}

/** Whether the catalog has a name of just these words. */
function names(lexicon: Lexicon, ...stems: readonly string[]): boolean {
  const [first] = stems;
  return (lexicon.byStem.get(first ?? '') ?? []).some(
    (entry) => !entry.loose && entry.stems.length === stems.length && stems.every((stem) => entry.stems.includes(stem)),
  );
}
