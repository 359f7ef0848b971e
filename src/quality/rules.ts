import type { Catalog } from '../catalog/catalog.js';
import type { GoldTable, QualityRule, ServiceLevel, SourceTable } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import { profileRules, schemaRules } from './gold-rules.js';
import { type Measured, measuredRules } from './measured-rules.js';
import { freshnessRules, glossaryRules, referenceRules } from './source-rules.js';

/**
 * The rules that a product pins: few, each with a stable id that is unique in the product. Gold rules come first, then
 * those of the sources; rules that say the same of the same rows stand once. Where the sources were not measured, nothing is
 * expected of their values. Pure.
 */
export function rulesOf(
  model: GoldTable,
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  sla: ServiceLevel,
  catalog: Catalog,
  measured: Pick<Measured, 'facts' | 'asOf'> | null = null,
): readonly QualityRule[] {
  const all = [
    ...schemaRules(model),
    ...profileRules(model, plan, catalog),
    ...glossaryRules(model, plan, sources, catalog),
    ...referenceRules(plan),
    ...freshnessRules(plan, sources, sla),
    ...(measured === null ? [] : measuredRules(sources, { plan, catalog, ...measured })),
  ];
  const gold = all.filter(({ target }) => target.kind === 'gold');
  return withUniqueIds(withoutRepeats([...gold, ...all.filter(({ target }) => target.kind === 'source')]));
}

function withoutRepeats(rules: readonly QualityRule[]): readonly QualityRule[] {
  const seen = new Map<string, QualityRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.target, rule.check]);
    const before = seen.get(key);
    // Of two that ask for the same, the stricter one stays: a warning must not hide an error.
    if (before === undefined || (before.severity === 'warning' && rule.severity === 'error')) seen.set(key, rule);
  }
  return [...seen.values()];
}

/** Names of datasets and columns may hold dots, so two ids can meet; the later one gets a number. */
function withUniqueIds(rules: readonly QualityRule[]): readonly QualityRule[] {
  const taken = new Set<string>();
  return rules.map((rule) => {
    let id = rule.id;
    for (let number = 2; taken.has(id); number += 1) id = `${rule.id}.${number}`;
    taken.add(id);
    return { ...rule, id };
  });
}
