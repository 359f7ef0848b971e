import { checkUsesAsOf } from '../plan/as-of.js';
import type { ProductFile, QualityRule } from '../plan/product.js';
import { resultName } from '../plan/result-name.js';
import type { SqlDialect } from '../sql/dialect.js';
import { ruleCountsSql } from '../sql/rule-sql.js';

/** One SELECT that counts, for all rules about one relation, the rows that fail. */
export interface RuleStatement {
  /** The gold result by its name of result-name.ts, or the dataset. */
  readonly relation: string;
  readonly sql: string;
  /** Whether the SQL has the parameter `$as_of`. */
  readonly usesAsOf: boolean;
}

/** The statements of all rules of the product, in DuckDB's SQL or that of `dialect`: the gold result first, then its sources in order. */
export function ruleStatements(file: ProductFile, dialect?: SqlDialect): readonly RuleStatement[] {
  const { rules, model, sources, plan } = file;
  const statement = (
    relation: string,
    chosen: readonly QualityRule[],
    columns: typeof model.columns | (typeof sources)[number]['columns'],
  ): readonly RuleStatement[] => {
    const context = { columns, time: plan.time, asOf: null, ...(dialect === undefined ? {} : { dialect }) };
    const sql = ruleCountsSql(chosen, relation, context);
    return sql === null ? [] : [{ relation, sql, usesAsOf: chosen.some(({ check }) => checkUsesAsOf(check)) }];
  };
  return [
    ...statement(
      resultName(model, sources),
      rules.filter(({ target }) => target.kind === 'gold'),
      model.columns,
    ),
    ...sources.flatMap(({ dataset, columns }) =>
      statement(
        dataset,
        rules.filter(({ target }) => target.kind === 'source' && target.dataset === dataset),
        columns,
      ),
    ),
  ];
}
