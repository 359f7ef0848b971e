import type { Catalog, GlossaryRule } from '../catalog/catalog.js';
import { referencesOf } from '../plan/plan-references.js';
import type { GoldTable, QualityRule, ServiceLevel, SourceTable } from '../plan/product.js';
import type { Expression, SemanticPlan } from '../plan/query.js';
import { columnsOf, innerQueriesOf, mapExpression } from '../plan/traverse.js';
import { refreshDaysOf, wholeDaysOf } from '../support/iso-duration.js';
import { homeDatasets, shownColumn, timeColumnOf } from './plan-facts.js';

/** For each join of the plan: that keys find their partner. What does not is kept or dropped as the plan says, so it warns. */
export function referenceRules(plan: SemanticPlan): readonly QualityRule[] {
  return referencesOf(plan).map(({ dataset, columns, toDataset, toColumns }) => ({
    id: `source.${dataset}.${columns.join('+')}.references.${toDataset}`,
    target: { kind: 'source', dataset },
    check: { kind: 'references', columns, toDataset, toColumns },
    severity: 'warning',
    description: `each ${columns.join(', ')} of ${dataset} is in ${toDataset}`,
    origin: 'schema',
  }));
}

/** How old the rows that the product is made of may be: as asked for by the SLA, else as the source says it is refreshed. */
export function freshnessRules(
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  sla: ServiceLevel,
): readonly QualityRule[] {
  const homes = homeDatasets(plan);
  const asked = sla.freshness === null ? null : wholeDaysOf(sla.freshness);
  return sources.flatMap((source): readonly QualityRule[] => {
    const time = homes.includes(source.dataset) ? timeColumnOf(plan, source) : null;
    const maxAgeDays = asked ?? refreshDaysOf(source.freshness);
    if (time === null || maxAgeDays === null) return [];
    return [
      {
        id: `source.${source.dataset}.${time.name}.freshness`,
        target: { kind: 'source', dataset: source.dataset },
        check: { kind: 'freshness', column: time.name, maxAgeDays },
        severity: 'warning',
        description: `the newest ${time.name} of ${source.dataset} is at most ${maxAgeDays} ${maxAgeDays === 1 ? 'day' : 'days'} before the as-of date`,
        origin: asked === null ? 'profile' : 'sla',
      },
    ];
  });
}

/** The glossary's rules about the sources in use, and about the table itself where it shows all columns of a rule unchanged. */
export function glossaryRules(
  model: GoldTable,
  plan: SemanticPlan,
  sources: readonly SourceTable[],
  catalog: Catalog,
): readonly QualityRule[] {
  return catalog.rules.flatMap((rule) => {
    const source = sources.find(({ dataset }) => dataset === rule.dataset);
    const columns = catalog.datasets.find(({ name }) => name === rule.dataset)?.columns ?? [];
    // Rules are about values as they are read; of columns that are cast the source has other ones.
    const cast = new Set(columns.flatMap((column) => (column.cast === undefined ? [] : [column.name])));
    const known = new Set(source?.columns.flatMap(({ name }) => (cast.has(name) ? [] : [name])) ?? []);
    // A rule over columns that the source lacks, or over other rows than its own, has no meaning for a single row.
    if (
      !source ||
      innerQueriesOf(rule.condition).length > 0 ||
      !columnsOf(rule.condition).every(({ column }) => known.has(column))
    )
      return [];
    return [sourceRule(rule), ...goldRule(rule, model, plan)];
  });
}

function sourceRule(rule: GlossaryRule): QualityRule {
  return {
    id: `source.${rule.dataset}.${rule.id}`,
    target: { kind: 'source', dataset: rule.dataset },
    check: { kind: 'condition', condition: rule.condition },
    severity: rule.severity,
    description: rule.description === '' ? `the glossary's rule ${rule.id}` : rule.description,
    origin: 'glossary',
  };
}

function goldRule(rule: GlossaryRule, model: GoldTable, plan: SemanticPlan): readonly QualityRule[] {
  const goldNames = new Map(
    model.columns.flatMap(({ name }) => {
      const place = shownColumn(plan, name);
      return place?.dataset === rule.dataset ? [[place.column, name] as const] : [];
    }),
  );
  const used = columnsOf(rule.condition);
  if (used.length === 0 || !used.every(({ column }) => goldNames.has(column))) return [];
  const rename = (node: Expression): Expression =>
    node.kind === 'column' ? { ...node, column: goldNames.get(node.column) ?? node.column } : node;
  return [
    {
      ...sourceRule(rule),
      id: `gold.${rule.id}`,
      target: { kind: 'gold' },
      check: { kind: 'condition', condition: mapExpression(rule.condition, rename) },
    },
  ];
}
