import { numberOf, scaled, stemOf, wordScaleOf } from './word-forms.js';

/** A word, number, quoted text or sign of the request, with its place in it. */
export interface Token {
  readonly kind: 'word' | 'number' | 'quoted' | 'sign';
  /** As written; of quoted text without the quotes. */
  readonly text: string;
  readonly lower: string;
  readonly stem: string;
  /** Character offsets, end excluded, quotes included. */
  readonly start: number;
  readonly end: number;
  /** Plain decimal text of a number, in digits or words. */
  readonly number: string | null;
  /** Whether it starts with a capital letter and does not open a sentence. */
  readonly capitalised: boolean;
  /** Whether an underscore ties it to the word before: both were written as one name. */
  readonly tied: boolean;
  /** The signs written right behind it (`+` of `grade B+`), which may tell a value from another. */
  readonly trail: string;
}

const pattern =
  /"([^"]{1,200})"|“([^”]{1,200})”|(?<![\p{L}\p{N}])'([^']{1,100}?)'(?![\p{L}\p{N}])|`([^`]{1,100})`|(\d{4}-\d{1,2}-\d{1,2})|([$€£]?-?\d+(?:,\d{3})*(?:\.\d+)?(?:[kK]|[mM][nN]?|[bB][nN]?|%)?(?![\p{L}\p{N}]))|(['’]s(?![\p{L}])|(?<=s)['’](?=\s))|([\p{L}\p{N}_@#][\p{L}\p{N}_@#.+-]*(?:['’](?:t|re|ve|ll))?)|(>=|<=|<>|!=|==|[=<>,;:?!.&'%/()])/gu;

/** The request's words and signs in order. Text in quotes is one token. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] ?? match[2] ?? match[3] ?? match[4];
    const previous = tokens.at(-1);
    const opensSentence =
      previous === undefined || previous.text === '.' || previous.text === '?' || previous.text === ':';
    if (quoted !== undefined) {
      tokens.push(token('quoted', quoted.trim(), match.index, match.index + match[0].length, false));
      continue;
    }
    if (/^['’]s?$/u.test(match[0])) {
      tokens.push({ ...token('sign', "'s", match.index, match.index + match[0].length, false) });
      continue;
    }
    for (const piece of pieces(match[0], match.index)) {
      const first = piece.text.charAt(0);
      tokens.push({ ...piece, capitalised: !opensSentence && first !== first.toLowerCase() });
    }
  }
  return withLongNumbers(tokens, text);
}

/** `3.2 million`, `a hundred thousand`, `twenty-five`: numbers of several words are one, in lower case its digits. */
function withLongNumbers(tokens: readonly Token[], text: string): readonly Token[] {
  const merged: Token[] = [];
  for (const token of tokens) {
    const last = merged.at(-1);
    const number =
      last === undefined || !/^[\s-]$/u.test(text.slice(last.end, token.start)) ? null : together(last, token);
    if (last === undefined || number === null) merged.push(token);
    else {
      const written = text.slice(last.start, token.end);
      merged.splice(-1, 1, {
        ...last,
        kind: 'number',
        text: written,
        lower: number,
        stem: number,
        end: token.end,
        number,
      });
    }
  }
  return merged;
}

/** The number that two neighbours make, or null: a number and its scale, or tens and ones in words. */
function together(left: Token, right: Token): string | null {
  if (left.number === null || left.kind === 'quoted' || right.kind !== 'word' || right.number === null) return null;
  const scale = wordScaleOf(right.lower);
  if (left.kind === 'number' && scale !== null) return scaled(left.number, scale);
  return left.kind === 'word' ? numberOf(`${left.lower} ${right.lower}`) : null;
}

function token(kind: Token['kind'], text: string, start: number, end: number, capitalised: boolean): Token {
  const lower = text.toLowerCase().replaceAll('’', "'");
  return {
    kind,
    text,
    lower,
    stem: stemOf(lower),
    start,
    end,
    number: kind === 'quoted' ? null : numberOf(lower),
    capitalised,
    tied: false,
    trail: '',
  };
}

/** A trailing full stop or dash belongs to the sentence, not to the word; `low-income` and `order_date` become two. */
function pieces(text: string, start: number): readonly Token[] {
  const trimmed = text.replace(/[.+-]+$/u, '');
  if (trimmed === '') return [token('sign', text, start, start + text.length, false)];
  const rest = text.length - trimmed.length;
  const whole = kindOf(trimmed);
  const end = start + trimmed.length;
  const words =
    whole === 'word' && /^\p{L}-\p{L}+$/u.test(trimmed)
      ? [joined(trimmed, start)]
      : whole === 'word' && /^\p{L}+([-_]\p{L}+)+$/u.test(trimmed)
        ? hyphenated(trimmed, start)
        : [{ ...token(whole, trimmed, start, end, false), trail: text.slice(trimmed.length).replaceAll('.', '') }];
  return rest > 0 && text.endsWith('.') ? [...words, token('sign', '.', end, end + 1, false)] : words;
}

/** `e-mail` is searched as `email`. */
function joined(text: string, start: number): Token {
  const lower = text.toLowerCase().replaceAll('-', '');
  return { ...token('word', text, start, start + text.length, false), lower, stem: stemOf(lower) };
}

function hyphenated(text: string, start: number): readonly Token[] {
  const parts: Token[] = [];
  let offset = start;
  for (const part of text.split(/[-_]/u)) {
    const tied = text.charAt(offset - start - 1) === '_';
    parts.push({ ...token('word', part, offset, offset + part.length, false), tied });
    offset += part.length + 1;
  }
  return parts;
}

function kindOf(text: string): Token['kind'] {
  if (/^[$€£]?-?\d[\d,]*(\.\d+)?(k|mn?|bn?|%)?$/iu.test(text)) return 'number';
  return /[\p{L}\p{N}]/u.test(text) ? 'word' : 'sign';
}
