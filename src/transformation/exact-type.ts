import type { Expression } from '../plan/query.js';

/**
 * Whether every engine gives the expression the type that specs/semantics.md says, without a cast. Where not (functions
 * that round, branches of different types, decimal arithmetic), outputs are cast to the declared type.
 */
export function exactType(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      // Engines count the zero before the point.
      return expression.literal.type !== 'decimal' || !/^-?0*\./.test(expression.literal.value);
    case 'column':
    case 'comparison':
    case 'and':
    case 'or':
    case 'not':
    case 'is_null':
    case 'in':
    case 'between':
    case 'like':
    case 'cast':
    case 'time_truncate':
    case 'time_part':
    case 'as_of':
    case 'membership':
    case 'output':
      return true;
    case 'call':
      return [
        'concat',
        'length',
        'lower',
        'substring',
        'trim',
        'upper',
        'days_between',
        'months_between',
        'seconds_between',
      ].includes(expression.function);
    case 'time_add':
      return true;
    default:
      return false;
  }
}
