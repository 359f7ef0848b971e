import type { Expression } from './query.js';

/** How a date may be written: YYYY, MM and DD, once each, with marks between them or none. */
export const dateFormat = /^(?=.*YYYY)(?=.*MM)(?=.*DD)(?:YYYY|MM|DD)[-/. ]?(?:YYYY|MM|DD)[-/. ]?(?:YYYY|MM|DD)$/;

/** Two formats of the same shape, between which no text could decide; null where there are none. */
export function ambiguousFormats(formats: readonly string[]): readonly [string, string] | null {
  const shapeOf = (format: string): string => format.replaceAll(/[YMD]/g, '_');
  for (const [index, format] of formats.entries()) {
    const other = formats.slice(0, index).find((earlier) => shapeOf(earlier) === shapeOf(format));
    if (other !== undefined) return [other, format];
  }
  return null;
}

/** The text of a date that is written in one of the formats as `YYYY-MM-DD`, or as what is none where it has another shape. */
export function isoDateText(operand: Expression, formats: readonly string[]): Expression {
  const trimmed: Expression = { kind: 'call', function: 'trim', arguments: [operand] };
  return {
    kind: 'case',
    branches: formats.map((format) => ({
      when: {
        kind: 'like',
        operand: trimmed,
        pattern: format.replaceAll(/[YMD]/g, '_'),
        ignoreCase: false,
        negated: false,
      },
      then: {
        kind: 'call',
        function: 'concat',
        arguments: [
          part(trimmed, format, 'YYYY'),
          dash,
          part(trimmed, format, 'MM'),
          dash,
          part(trimmed, format, 'DD'),
        ],
      },
    })),
    otherwise: { kind: 'call', function: 'concat', arguments: [text('not in a known form: '), operand] },
  };
}

function part(operand: Expression, format: string, name: 'YYYY' | 'MM' | 'DD'): Expression {
  const start = format.indexOf(name) + 1;
  return { kind: 'call', function: 'substring', arguments: [operand, integer(start), integer(name.length)] };
}

function integer(value: number): Expression {
  return { kind: 'literal', literal: { type: 'integer', value: String(value) } };
}

function text(value: string): Expression {
  return { kind: 'literal', literal: { type: 'text', value } };
}

const dash = text('-');
