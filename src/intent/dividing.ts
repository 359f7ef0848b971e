import type { Mention } from './mentions.js';
import type { OperatorMention } from './operators.js';
import type { Token } from './tokens.js';

const signs: ReadonlySet<string> = new Set(['over', '/']);
/** Words between the sign and the column behind it. */
const leading: ReadonlySet<string> = new Set(['the', 'total', 'sum', 'of']);
const namedMin = 0.85;

/**
 * `over` and `/` between two columns (`plants lost over plants grown`): what stands before is divided by what follows. In a
 * clause (`beds with plants lost over plants grown`) `over` compares the two. Behind a trend it tells what that goes along (`trend of
 * harvests over seasons`).
 */
export function dividingPlaces(
  tokens: readonly Token[],
  mentions: readonly Mention[],
  operators: readonly OperatorMention[],
): ReadonlySet<number> {
  const trend = operators.find(({ operator }) => operator.kind === 'time_trend')?.to ?? tokens.length;
  const clause = operators.find(({ operator }) => operator.kind === 'where')?.from ?? tokens.length;
  const places = tokens.flatMap(({ lower, kind }, place) => {
    if (!signs.has(lower) || kind === 'quoted' || place > clause) return [];
    let after = place + 1;
    while (leading.has(tokens[after]?.lower ?? '')) after += 1;
    const named = (at: 'from' | 'to', where: number): boolean =>
      mentions.some((mention) => mention[at] === where && namesColumn(mention));
    const above = named('to', place) || (lower === 'over' && place >= trend);
    return above && named('from', after) ? [place] : [];
  });
  return new Set(places);
}

/** Whether a column is the likeliest of what is named. */
function namesColumn({ groundings }: Mention): boolean {
  const [best] = groundings;
  return best?.concept.kind === 'column' && best.score >= namedMin;
}
