import type { PeriodSql, Product } from '../plan/product.js';
import { contentHash } from '../support/canonical-json.js';
import { pythonString, pythonText } from './escape.js';

/** What the dialect of a job says of its refresh. */
export interface RefreshTexts {
  /** Null where the dialect cannot say it exactly. */
  readonly sql: PeriodSql | null;
  /** The name of the column of periods, as SQL writes it. */
  readonly column: string;
  /** The type of that column. */
  readonly type: string;
}

/** `DEFINITION`, `FULL_BECAUSE` and `REFRESH`: how a job may go on from the table that it made before. */
export function refreshConstants(
  { file, refresh }: Product,
  texts: (column: string) => RefreshTexts,
): readonly string[] {
  const definition = `DEFINITION = ${pythonString(contentHash(file))}`;
  const full = (why: string): readonly string[] => [
    definition,
    `FULL_BECAUSE = ${pythonString(why)}`,
    'REFRESH: dict[str, Any] | None = None',
  ];
  if (refresh.kind === 'full') return full(refresh.why);
  const { sql, column, type } = texts(refresh.column);
  if (sql === null) return full('the rows of a period alone cannot be said exactly');
  const { amount, unit } = refresh.step;
  const fields = [
    ['dataset', pythonString(refresh.dataset)],
    ['name', pythonString(refresh.column)],
    ['column', pythonString(column)],
    ['type', pythonString(type)],
    ['step', `(${amount}, ${pythonString(unit)})`],
    ['first', pythonText(sql.first.trim(), '    ')],
    ['sql', pythonText(sql.since.trim(), '    ')],
  ] as const;
  const items = fields.map(([name, value]) => `    ${pythonString(name)}: ${value},`);
  return [definition, 'FULL_BECAUSE = ""', `REFRESH: dict[str, Any] | None = {\n${items.join('\n')}\n}`];
}
