import type { DataType } from '../../plan/data-type.js';
import type { ScalarFunction } from '../../plan/query.js';
import { assertNever } from '../../support/assert-never.js';
import { bug } from '../../support/errors.js';
import { negated } from './arithmetic.js';
import { boundariesBetween } from './calendar.js';
import { textOf } from './cast.js';
import { compareValues, equal } from './comparison.js';
import { decimalOf, divideRounded, fitted, powerOfTen, rescaled, roundedDouble, widened } from './number.js';
import { charactersOf, lowerCase, substring, trimmed, upperCase } from './text.js';
import { integer, type Present, text, type Value } from './value.js';

/** The value of a function that all its arguments are computed for, by the page's paragraph "Functions". `type` is what the call gives. */
export function call(name: Exclude<ScalarFunction, 'coalesce'>, given: readonly Value[], type: DataType): Value {
  const present = given.filter((value) => value !== null);
  switch (name) {
    case 'concat':
      return text(present.map(textOf).join(''));
    case 'greatest':
      return mostOf(present, (left, right) => compareValues(left, right) > 0, type);
    case 'least':
      return mostOf(present, (left, right) => compareValues(left, right) < 0, type);
    case 'nullif':
      return equal(given[0] ?? null, given[1] ?? null) === true ? null : (given[0] ?? null);
    default: {
      const [first, ...others] = present;
      return first === undefined || present.length < given.length ? null : ofPresent(name, first, others, type);
    }
  }
}

type NullSkipping = 'concat' | 'greatest' | 'least' | 'nullif';

/** All other functions are null where an argument is. */
function ofPresent(
  name: Exclude<ScalarFunction, NullSkipping | 'coalesce'>,
  first: Present,
  others: readonly Present[],
  type: DataType,
): Value {
  const [second, third] = others;
  switch (name) {
    case 'abs':
      return compareValues(first, integer(0)) < 0 ? negated(first, type) : first;
    case 'ceil':
    case 'floor':
      return whole(name, first, type);
    case 'round':
      return rounded(first, second === undefined ? 0 : Number(wholeNumber(second)), type);
    case 'length':
      return integer(charactersOf(textOf(first)).length);
    case 'lower':
      return text(lowerCase(textOf(first)));
    case 'upper':
      return text(upperCase(textOf(first)));
    case 'trim':
      return text(trimmed(textOf(first)));
    case 'substring':
      return text(
        substring(textOf(first), wholeNumber(second ?? first), third === undefined ? null : wholeNumber(third)),
      );
    case 'days_between':
      return integer(boundariesBetween(first, second ?? first, 'day'));
    case 'months_between':
      return integer(boundariesBetween(first, second ?? first, 'month'));
    case 'seconds_between':
      return integer(boundariesBetween(first, second ?? first, 'second'));
    default:
      return assertNever(name);
  }
}

function mostOf(
  values: readonly Present[],
  isAhead: (left: Present, right: Present) => boolean,
  type: DataType,
): Value {
  const ahead = values.find((value) => values.every((other) => !isAhead(other, value)));
  return widened(ahead ?? null, type);
}

function whole(name: 'ceil' | 'floor', value: Present, type: DataType): Value {
  if (value.kind === 'double') return { kind: 'double', value: Math[name](value.value) };
  if (value.kind === 'integer') return value;
  const { unscaled, scale } = decimalOf(value);
  const unit = powerOfTen(scale);
  const cut = unscaled / unit;
  const isCutDown = unscaled % unit > 0n;
  const isCutUp = unscaled % unit < 0n;
  const step = name === 'ceil' ? BigInt(isCutDown) : -BigInt(isCutUp);
  return fitted({ kind: 'decimal', unscaled: cut + step, scale: 0 }, type);
}

/** "`round(x, n)` rounds half away from zero to `n` digits"; to tens, hundreds … where `n` is negative. */
function rounded(value: Present, digits: number, type: DataType): Value {
  if (value.kind === 'double') {
    const unit = 10 ** Math.abs(digits);
    const result = digits >= 0 ? roundedDouble(value.value * unit) / unit : roundedDouble(value.value / unit) * unit;
    // Where the scaled value is beyond DOUBLE there are no digits to round away.
    return { kind: 'double', value: Number.isFinite(result) ? result : value.value };
  }
  const exact = decimalOf(value);
  const kept = digits >= exact.scale ? exact : roundedExactly(exact, digits);
  if (type.kind === 'integer') return fitted({ kind: 'integer', value: kept.unscaled }, type);
  return type.kind === 'decimal' ? fitted(rescaled(kept, type.scale), type) : kept;
}

function roundedExactly(value: ReturnType<typeof decimalOf>, digits: number): ReturnType<typeof decimalOf> {
  if (digits >= 0) return rescaled(value, digits);
  const unit = powerOfTen(-digits);
  return {
    kind: 'decimal',
    unscaled: divideRounded(value.unscaled, powerOfTen(value.scale) * unit) * unit,
    scale: 0,
  };
}

function wholeNumber(value: Present): bigint {
  if (value.kind === 'integer') return value.value;
  throw bug(`a ${value.kind} is no position`);
}
