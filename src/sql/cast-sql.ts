import type { DataType } from '../plan/data-type.js';
import { call, cast, integerLiteral, type SqlExpression, textLiteral } from './ast.js';

const moment = '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?)?';
const number = '[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]{1,4})?';

/**
 * The text that is read as a value of each kind of type. Engines read more, each its own: `epoch` and `2024-1-5` as days,
 * `1_000` and `0x10` as numbers, `t` as true.
 */
const forms: Readonly<Partial<Record<DataType['kind'], string>>> = {
  boolean: '(?i:true|false)',
  integer: number,
  decimal: number,
  double: number,
  date: moment,
  timestamp: moment,
};

/** The value of `operand`, of type `from`, cast to `to` by specs/semantics.md. `lenient`: null where it does not fit, else an error. */
export function castSql(operand: SqlExpression, from: DataType, to: DataType, lenient: boolean): SqlExpression {
  return { kind: 'cast', operand: castOperand(operand, from, to, lenient), to, lenient, from };
}

function castOperand(operand: SqlExpression, from: DataType, to: DataType, lenient: boolean): SqlExpression {
  const form = from.kind === 'text' ? forms[to.kind] : undefined;
  if (form !== undefined) return readable(operand, form, to, lenient);
  if (to.kind === 'text') return withLeadingZero(operand, from);
  // Engines round halves of a DOUBLE to the even number where they cast, and away from zero where they round.
  return from.kind === 'double' && to.kind === 'integer' ? call('round', operand) : operand;
}

/** The text without spaces at its ends where it has the form; else what no type reads, with the text in it if that is an error. */
function readable(operand: SqlExpression, form: string, to: DataType, lenient: boolean): SqlExpression {
  // Not `$`, which some engines find before a line's end, too.
  const pattern = textLiteral(`^ *(${form}) *\\z`);
  const read = call('regexp_extract', operand, pattern, integerLiteral(1));
  if (lenient) return read;
  const isOther: SqlExpression = { kind: 'not', operand: call('regexp_matches', operand, pattern) };
  const said = call('concat', textLiteral(`no ${to.kind}: `), operand);
  return { kind: 'case', branches: [{ when: isOther, then: said }], otherwise: read };
}

/** A decimal without a digit before its point is printed without one: with room for it, the zero is there. */
export function withLeadingZero(operand: SqlExpression, type: DataType): SqlExpression {
  const isAllFraction = type.kind === 'decimal' && type.precision === type.scale && type.precision < 38;
  return isAllFraction ? cast(operand, { ...type, precision: type.precision + 1 }) : operand;
}
