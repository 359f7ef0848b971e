import type { EvidenceEntry } from '../plan/evidence.js';
import type { QualityRule, SourceTable } from '../plan/product.js';
import { ruleCountsSql } from '../sql/rule-sql.js';
import { bug } from '../support/errors.js';
import { countOf, goldRelation, type ProofContext } from './proof-context.js';

/**
 * Counts the failing rows of every pinned rule, or of `rules` alone, in one statement for each relation; entries come in the
 * rules' order.
 */
export async function proveRules(
  context: ProofContext,
  rules: readonly QualityRule[] = context.file.rules,
): Promise<readonly EvidenceEntry[]> {
  const { file } = context;
  const counts = new Map(
    await countRules(
      rules.filter(({ target }) => target.kind === 'gold'),
      goldRelation,
      file.model.columns,
      context,
    ),
  );
  for (const source of file.sources) {
    const own = rules.filter(({ target }) => target.kind === 'source' && target.dataset === source.dataset);
    for (const [id, count] of await countRules(own, source.dataset, source.columns, context)) counts.set(id, count);
  }
  return rules.map((rule) => entryOf(rule, counts.get(rule.id)));
}

interface RuleCount {
  readonly checkedRows: number;
  readonly failingRows: number;
}

async function countRules(
  rules: readonly QualityRule[],
  relation: string,
  columns: SourceTable['columns'] | ProofContext['file']['model']['columns'],
  { engine, file, asOf }: ProofContext,
): Promise<readonly (readonly [string, RuleCount])[]> {
  const sql = ruleCountsSql(rules, relation, { columns, time: file.plan.time, asOf });
  if (sql === null) return [];
  const { rows } = await engine.query(sql);
  return rows.map(
    ([id, checked, failing]) => [String(id), { checkedRows: countOf(checked), failingRows: countOf(failing) }] as const,
  );
}

function entryOf({ id, description, severity }: QualityRule, count: RuleCount | undefined): EvidenceEntry {
  const claim = { id: `rule.${id}`, title: description, kind: 'rule', severity } as const;
  if (count === undefined) throw bug(`rule "${id}" was not counted`);
  const facts = { ruleId: id, ...count };
  if (count.failingRows === 0) return { ...claim, status: 'proved', why: null, facts };
  return { ...claim, status: 'failed', why: `${count.failingRows} of ${count.checkedRows} rows fail`, facts };
}
