import type { DataType } from '../plan/data-type.js';
import { isoDateText } from '../plan/date-formats.js';
import type { PreparedCast } from '../plan/query.js';
import { bug } from '../support/errors.js';
import type { SqlExpression } from './ast.js';
import { castSql } from './cast-sql.js';
import { lowerExpression } from './lower-expression.js';

const text: DataType = { kind: 'text' };

/** The value of `operand`, of type `from`, as the cast of a prepared table gives it, null where it does not fit. */
export function preparedCastSql(operand: SqlExpression, from: DataType, { to, formats }: PreparedCast): SqlExpression {
  if (formats === undefined) return castSql(operand, from, to, true);
  const none = (): never => {
    throw bug('a date as text asks for no more than its column');
  };
  const written = lowerExpression(isoDateText({ kind: 'column', table: 'row', column: 'value' }, formats), {
    time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
    column: () => operand,
    typeOf: () => text,
    sourceType: () => text,
    asOf: operand,
    membership: none,
    scalarQuery: none,
  });
  return castSql(written, text, to, true);
}
