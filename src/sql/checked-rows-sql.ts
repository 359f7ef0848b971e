import { isTemporal } from '../plan/data-type.js';
import type { RuleCheck } from '../plan/product.js';
import { bug } from '../support/errors.js';
import { binary, call, cast, column, integerLiteral, type SqlExpression, type SqlQuery, select } from './ast.js';
import { duckdbDialect } from './dialect-duckdb.js';
import type { PremiseCheck } from './premise-sql.js';
import { printSql } from './print.js';
import { brokenBy, columnOf, failingRows, type RuleContext, rowAlias } from './rule-sql.js';

/** What a tool gets to see of the rows of a relation that knows numbers, texts and truth values alone. */
export interface CheckedRows {
  readonly columns: readonly string[];
  /**
   * Columns that say of each row whether it passes a check about single rows, or has its partner; of a check about all rows they
   * say the same of each. Their names are free.
   */
  readonly flags: readonly { readonly name: string; readonly check: RuleCheck }[];
  /** Columns that say of each row whether what joins rest on holds of all. */
  readonly premises: readonly { readonly name: string; readonly premise: PremiseCheck }[];
}

/** One SELECT over `relation` that gives `rows`, dates and times as text that sorts as they do, and no flag null. Raises as `ruleCountsSql`. */
export function checkedRowsSql(relation: string, rows: CheckedRows, context: RuleContext): string {
  const items = rows.columns.map((name) => {
    const { value, type } = columnOf(name, context);
    return { expression: isTemporal(type) ? cast(value, { kind: 'text' }, type) : value, alias: name };
  });
  const flags = [
    ...rows.flags.map(({ name, check }) => ({ expression: passes(check, relation, context), alias: name })),
    ...rows.premises.map(({ name, premise }) => ({ expression: isZero(premise.query), alias: name })),
  ];
  const body = select([...items, ...flags], { kind: 'table', schema: null, name: relation, alias: rowAlias });
  return printSql({ with: [], body }, duckdbDialect);
}

function isZero(query: SqlQuery): SqlExpression {
  return binary('=', { kind: 'subquery', query }, integerLiteral(0));
}

function passes(check: RuleCheck, relation: string, context: RuleContext): SqlExpression {
  if (check.kind === 'references') return hasPartner(check, context);
  const broken = brokenBy(check, context);
  if (broken === null) return isZero({ with: [], body: failingRows(check, relation, context) });
  const never: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: false } };
  return { kind: 'not', operand: call('coalesce', broken, never) };
}

/** Rows whose key has a null need no partner. */
function hasPartner(check: Extract<RuleCheck, { kind: 'references' }>, context: RuleContext): SqlExpression {
  const values = check.columns.map((name) => columnOf(name, context).value);
  const same = check.toColumns.map((name, at): SqlExpression => {
    const right = values[at];
    if (right === undefined) throw bug(`a reference to ${check.toDataset} has more columns on one side`);
    return { kind: 'binary', operator: '=', left: column('target', name), right };
  });
  const from = { kind: 'table', schema: null, name: check.toDataset, alias: 'target' } as const;
  const partners = select([{ expression: integerLiteral(1), alias: 'found' }], from, {
    where: { kind: 'logical', operator: 'and', operands: same },
  });
  return {
    kind: 'logical',
    operator: 'or',
    operands: [
      ...values.map((operand): SqlExpression => ({ kind: 'is_null', operand, negated: false })),
      { kind: 'exists', query: { with: [], body: partners }, negated: false },
    ],
  };
}
