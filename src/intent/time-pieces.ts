import type { Token } from './tokens.js';
import { numberOf } from './word-forms.js';

/**
 * A run of letters, of digits, or one sign. People write time without spaces (`2024Q3`, `8am`, `Jan-Mar`), so its
 * grammar reads pieces; what it finds must begin and end where tokens do.
 */
export interface Piece {
  readonly text: string;
  /** Index of the token it belongs to. */
  readonly token: number;
  readonly first: boolean;
  readonly last: boolean;
  /** Whether nothing stands between it and the piece before. */
  readonly glued: boolean;
}

/** The tokens as pieces. Quoted text is one piece that equals nothing; a dash that the tokens left out is given back. */
export function piecesOf(tokens: readonly Token[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = -1;
  tokens.forEach((token, index) => {
    // Dashes around spaces are no tokens: what remains of them is a gap wider than one space.
    if (end >= 0 && token.start - end > 1) pieces.push(piece('-', index, true, false, false));
    const texts = token.kind === 'quoted' ? [''] : token.kind === 'sign' ? [token.lower] : runsOf(token.lower);
    texts.forEach((text, place) => {
      const glued = place > 0 || token.start === end;
      pieces.push(piece(text, index, place === 0, place === texts.length - 1, glued));
    });
    end = token.end;
  });
  return pieces;
}

function piece(text: string, token: number, first: boolean, last: boolean, glued: boolean): Piece {
  return { text, token, first, last, glued };
}

function runsOf(text: string): readonly string[] {
  if (/^\d{1,3}(,\d{3})+/u.test(text)) return [text];
  return text.match(/\d+(?:\.\d+)?|\p{L}+(?:'\p{L}+)?|./gu) ?? [text];
}

/** Pieces with the questions that the grammar of time asks of them. Places out of range answer as if empty. */
export class PieceReader {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  text(place: number): string {
    return this.pieces[place]?.text ?? '';
  }

  is(place: number, ...texts: readonly string[]): boolean {
    const text = this.text(place);
    return text !== '' && texts.includes(text);
  }

  glued(place: number): boolean {
    return this.pieces[place]?.glued ?? false;
  }

  /** The place behind the longest of the phrases that stands here; null for none. */
  after(place: number, phrases: readonly string[]): number | null {
    const first = this.text(place);
    if (first === '') return null;
    let best: number | null = null;
    for (const phrase of phrases) {
      // Nearly all fail at their first word: that is seen without taking them apart.
      if (!phrase.startsWith(first)) continue;
      const words = phrase.split(' ');
      if (words.every((word, index) => this.text(place + index) === word))
        best = Math.max(best ?? 0, place + words.length);
    }
    return best;
  }

  /** `place`, or the place behind one of the words where it stands there. */
  past(place: number, ...texts: readonly string[]): number {
    return this.is(place, ...texts) ? place + 1 : place;
  }

  /** A whole number in digits or words, with the place behind it. */
  count(place: number): { readonly value: number; readonly next: number } | null {
    const text = this.text(place);
    if (this.is(place, 'a', 'an')) return { value: 1, next: place + 1 };
    if (this.is(place, 'couple') && this.is(place + 1, 'of')) return { value: 2, next: place + 2 };
    const plain = /^[\d,]+$/u.test(text) || /^\p{L}+$/u.test(text) ? numberOf(text) : null;
    if (plain === null) return null;
    const tens = Number(plain);
    const unit = Number(this.text(place + 1) === '' ? Number.NaN : (numberOf(this.text(place + 1)) ?? Number.NaN));
    const spelled = /^\p{L}+$/u.test(text) && tens >= 20 && tens < 100 && unit >= 1 && unit <= 9;
    return spelled ? { value: tens + unit, next: place + 2 } : { value: tens, next: place + 1 };
  }
}
