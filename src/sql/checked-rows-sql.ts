import { isTemporal } from '../plan/data-type.js';
import type { RuleCheck } from '../plan/product.js';
import { bug } from '../support/errors.js';
import { call, cast, column, integerLiteral, type SqlExpression, select } from './ast.js';
import { duckdbDialect } from './dialect-duckdb.js';
import { printSql } from './print.js';
import { brokenBy, columnOf, type RuleContext, rowAlias } from './rule-sql.js';

/** What a tool gets to see of the rows of a relation that knows numbers, texts and truth values alone. */
export interface CheckedRows {
  readonly columns: readonly string[];
  /** Columns that say of each row whether it passes a check about single rows, or has its partner. Their names are free. */
  readonly flags: readonly { readonly name: string; readonly check: RuleCheck }[];
}

/** One SELECT over `relation` that gives `rows`, dates and times as text that sorts as they do, and no flag null. Raises as `ruleCountsSql`. */
export function checkedRowsSql(relation: string, rows: CheckedRows, context: RuleContext): string {
  const items = rows.columns.map((name) => {
    const { value, type } = columnOf(name, context);
    return { expression: isTemporal(type) ? cast(value, { kind: 'text' }, type) : value, alias: name };
  });
  const flags = rows.flags.map(({ name, check }) => ({ expression: passes(check, context), alias: name }));
  const body = select([...items, ...flags], { kind: 'table', schema: null, name: relation, alias: rowAlias });
  return printSql({ with: [], body }, duckdbDialect);
}

function passes(check: RuleCheck, context: RuleContext): SqlExpression {
  if (check.kind === 'references') return hasPartner(check, context);
  const broken = brokenBy(check, context);
  if (broken === null) throw bug(`a rule of kind ${check.kind} is not about single rows`);
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
