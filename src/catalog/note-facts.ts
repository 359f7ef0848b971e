import type { Dataset } from './catalog.js';
import type { FoundColumn, NoteNames } from './note-names.js';
import { SqlTextError } from './sql-tree.js';

/** Two columns, or lists of them, that a note says to meet. */
export interface JoinFact {
  readonly left: readonly FoundColumn[];
  readonly right: readonly FoundColumn[];
}

/** What the values of a column mean. */
export interface LabelFact {
  readonly at: FoundColumn;
  readonly labels: readonly { readonly value: string; readonly label: string }[];
}

const name = '["`]?[\\w$]+["`]?';
const column = `${name}\\.${name}`;
const joining =
  '(?:(?:can|could|should|must|may|is|are|gets?|will|to|be|always)\\s+)*(?:joined|join|joins|linked|links?|matched|match(?:es)?|related|relates?|connected|connects?|references?|refers?|points?|maps?|corresponds?|the same as|equal|equals|a foreign key)(?:\\s+(?:to|with|on|by|back|of|for|reference|referencing|the))*';

/** `a.x can be joined with b.y`, `a.x = b.y`, `join a and b on a.x = b.y and a.z = b.w`; null for another sentence. */
export function joinOf(sentence: string, names: NoteNames): JoinFact | null {
  const direct = new RegExp(`^(?:the )?(?<left>${column})\\s+(?:${joining})\\s+(?<right>${column})$`, 'iu').exec(
    sentence,
  );
  const equal = new RegExp(`^(?<left>${column})\\s*={1,2}\\s*(?<right>${column})$`, 'u').exec(sentence);
  const pair = (direct ?? equal)?.groups;
  if (pair !== undefined) return factOf([[pair.left ?? '', pair.right ?? '']], names);
  const tables = new RegExp(
    `^(?:to )?(?:you can )?(?:join |link |match )?(?:the )?(?<first>${name})(?: tables?)?(?:\\s+(?:and|with|to)|,?\\s+${joining})\\s+(?:the )?(?<second>${name})(?: tables?)?,?\\s+(?:on|using|via|by|through|use)\\s+(?:the )?(?:columns?\\s+)?(?<on>.+)$`,
    'iu',
  ).exec(sentence)?.groups;
  if (tables?.on === undefined) return null;
  const pairs = tables.on.split(/\s+and\s+/iu).map((part) => pairOf(part, tables.first ?? '', tables.second ?? ''));
  return pairs.every((one) => one !== null) ? factOf(pairs, names) : null;
}

/** `a.x = b.y`, or one name that both tables have. */
function pairOf(text: string, first: string, second: string): readonly [string, string] | null {
  const equal = new RegExp(`^(?<left>${column})\\s*=\\s*(?<right>${column})$`, 'u').exec(text.trim())?.groups;
  if (equal !== undefined) return [equal.left ?? '', equal.right ?? ''];
  const shared = new RegExp(`^(?<name>${name})(?: columns?)?$`, 'u').exec(text.trim())?.groups?.name;
  return shared === undefined ? null : [`${first}.${shared}`, `${second}.${shared}`];
}

function factOf(pairs: readonly (readonly [string, string])[], names: NoteNames): JoinFact {
  const found = pairs.map(([left, right]) => [names.column(left, []), names.column(right, [])] as const);
  const owner = found[0]?.[0].dataset;
  // Composite keys may be written either way round.
  const turned = found.map(([left, right]): readonly [FoundColumn, FoundColumn] =>
    left.dataset === owner ? [left, right] : [right, left],
  );
  const [left, right] = [turned.map(([one]) => one), turned.map(([, other]) => other)];
  const single = [left, right].every((side) => new Set(side.map(({ dataset }) => dataset.name)).size === 1);
  if (!single) throw new SqlTextError('a join is between two tables', 0);
  return { left, right };
}

const meaning = String.raw`\s*(?:\b(?:means?|stands? for|is for|denotes?|represents?|indicates?|refers? to|is|are|for|signif(?:y|ies)|=)\s|[=:→]|->|=>| [-–—] )\s*`;
const value = String.raw`(?:'[^']+'|"[^"]+"|[\p{L}\p{N}_.+-]+)`;

/** `status 'C' means cancelled`, `In status, C = cancelled and A = active`, `status: 1 for new, 2 for used`; null for another sentence. */
export function labelsOf(sentence: string, names: NoteNames, preferred: readonly Dataset[]): LabelFact | null {
  for (const [phrase, rest] of columnPrefixes(sentence)) {
    const at = columnOrNull(names, phrase, preferred);
    if (at === null) continue;
    const pairs = pairsOf(rest);
    if (pairs.length === 0) continue;
    const labels = pairs.map(([text, label]) => ({ value: storedValue(at, text), label }));
    const absent = labels.findIndex(({ value: known }) => known === null);
    if (absent >= 0)
      throw new SqlTextError(`${at.dataset.name}.${at.column.name} has no value ${pairs[absent]?.[0] ?? ''}`, 0);
    return { at, labels: labels.map(({ value: known, label }) => ({ value: known ?? '', label })) };
  }
  return null;
}

/** What may name the column at the start, or behind the value, with what is left. */
function columnPrefixes(sentence: string): readonly (readonly [string, string])[] {
  const opened = /^(?:in|for|of|within) (?:the )?(?<column>[^,:]+?)(?: column| field)?\s*[,:]\s*(?<rest>.+)$/iu.exec(
    sentence,
  );
  const listed =
    /^(?:the )?(?<column>[\w.$ ]+?)(?: column| field| values?| codes?)*(?: (?:can be|is|are|has|have)(?: the)?(?: following)?(?: values?| codes?)?)?\s*[:(]\s*(?<rest>.+?)\)?$/iu.exec(
      sentence,
    );
  const valued = new RegExp(
    `^(?:an? |the )?(?<column>[\\w.$ ]+?)(?: column| field)?(?: with)?(?: values?| code| codes)?(?: of| =| is)? (?<rest>(?:'[^']+'|"[^"]+"|\\d+|\\p{Lu}+)${meaning}.+)$`,
    'u',
  ).exec(sentence);
  const behind = new RegExp(
    `^(?:the )?(?:value |code )?(?<value>${value}) (?:in|of|for) (?:the )?(?<column>[\\w.$ ]+?)(?: column| field)?(?<verb>${meaning})(?<label>.+)$`,
    'iu',
  ).exec(sentence)?.groups;
  const found = [opened, listed, valued].flatMap((match) => {
    const { column: phrase, rest } = match?.groups ?? {};
    return phrase === undefined || rest === undefined ? [] : [[phrase, rest] as const];
  });
  if (behind?.column !== undefined) found.push([behind.column, `${behind.value ?? ''} = ${behind.label ?? ''}`]);
  return found;
}

/** `C = cancelled, A = active and N is new`: the values with what they mean; empty where a part is no value with its meaning. */
export function pairsOf(text: string): readonly (readonly [string, string])[] {
  const pair = new RegExp(`^(?<value>${value})${meaning}(?<label>[^=:]+)$`, 'iu');
  const parts = text.split(
    new RegExp(`\\s*[,;]\\s*(?:and |or )?(?=${value}${meaning})|\\s+and\\s+(?=${value}${meaning})`, 'giu'),
  );
  const pairs = parts.map((part) => pair.exec(part.trim())?.groups);
  if (!pairs.every((groups) => groups !== undefined)) return [];
  return pairs.map((groups) => [
    groups?.value ?? '',
    (groups?.label ?? '')
      .replace(/^(?:that|an?|the) /iu, '')
      .replaceAll(/["'`]/gu, '')
      .trim(),
  ]);
}

/** The value as the column has it; null where it has not. */
function storedValue(at: FoundColumn, text: string): string | null {
  const plain = text.replace(/^(['"])(.*)\1$/u, '$2');
  const values = at.column.values ?? [];
  const found =
    values.find(({ value: known }) => known === plain) ??
    values.find(({ value: known }) => known.toLowerCase() === plain.toLowerCase());
  return found?.value ?? null;
}

function columnOrNull(names: NoteNames, phrase: string, preferred: readonly Dataset[]): FoundColumn | null {
  try {
    return names.column(phrase, preferred);
  } catch (thrown) {
    if (thrown instanceof SqlTextError) return null;
    throw thrown;
  }
}
