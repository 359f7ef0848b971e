import type { KnowledgeGraph } from '../catalog/catalog.js';
import type { CellValue, Engine } from '../engine/engine.js';
import { quoteIdentifier } from '../engine/sql-text.js';
import type { Agent } from '../plan/agent.js';
import { usesAsOf } from '../plan/as-of.js';
import type { GoldTable, QualityRule, SourceTable } from '../plan/product.js';
import type { SemanticPlan } from '../plan/query.js';
import { resultName } from '../plan/result-name.js';
import type { QualityReport, RuleResult, RunState } from '../plan/run-state.js';
import { ageInDaysSql, type RuleContext, ruleCountsSql } from '../sql/rule-sql.js';
import { bug } from '../support/errors.js';
import { homeDatasets, timeColumnOf } from './plan-facts.js';
import { rulesOf } from './rules.js';
import { type Measurements, slaResults } from './sla.js';
import { measureSourceFacts } from './source-facts.js';

export interface QualityContext {
  readonly graph: KnowledgeGraph;
  /** With the sources of the state mounted. */
  readonly engine: Engine;
}

/** The id that the count of rows failing any rule comes under; rules begin with `gold.` or `source.`. */
const anyRowRuleId = 'any';

/**
 * Quality: pins the rules of the product, runs them on its result and its sources, one statement for each relation, and
 * measures the service level. Findings are reported, not raised: what blocks publication is the build's to decide.
 */
export const qualityAgent: Agent<QualityContext> = async (state, { graph, engine }) => {
  const parts = partsOf(state);
  const { model, plan, sources, sla, asOf } = parts;
  const facts = await measureSourceFacts(engine, sources);
  const rules = rulesOf(model, plan, sources, sla, graph.catalog, { facts, asOf });
  return { ...state, quality: await measure(parts, rules, engine) };
};

interface Parts {
  readonly plan: SemanticPlan;
  readonly model: GoldTable;
  readonly sources: readonly SourceTable[];
  readonly sla: NonNullable<RunState['sla']>;
  readonly sql: string;
  readonly asOf: string;
}

function partsOf({ request, selection, model, sources, sla, transformation }: RunState): Parts {
  const plan = selection?.reading?.plan;
  if (!plan || !model || !sources || !sla || !transformation)
    throw bug('quality began before the agents in front of it had ended');
  return { plan, model, sources, sla, sql: transformation.sql, asOf: request.asOf };
}

/** The state with its rules measured again, these and no others. */
export async function measureRules(state: RunState, rules: readonly QualityRule[], engine: Engine): Promise<RunState> {
  return { ...state, quality: await measure(partsOf(state), rules, engine) };
}

/** How one rule of the gold table fares. Raises `input.invalid` and `engine.query` where it does not run. */
export async function tryRule(state: RunState, rule: QualityRule, engine: Engine): Promise<RuleResult> {
  const parts = partsOf(state);
  return withGold(parts, engine, async (gold, contextOf) => {
    const [result] = await count(engine, ruleCountsSql([rule], gold, contextOf(parts.model.columns)));
    if (result === undefined) throw bug('a rule was not counted');
    return result;
  });
}

type ContextOf = (columns: RuleContext['columns']) => RuleContext;

/** Lets `act` look at the rows of the product, as long as it takes. */
async function withGold<Result>(
  { plan, model, sources, sql, asOf }: Parts,
  engine: Engine,
  act: (gold: string, contextOf: ContextOf) => Promise<Result>,
): Promise<Result> {
  const gold = resultName(model, sources);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(gold)} AS ${sql}`,
    usesAsOf(plan) ? { as_of: asOf } : {},
  );
  try {
    return await act(gold, (columns) => ({ columns, time: plan.time, asOf }));
  } finally {
    await engine.run(`DROP TABLE IF EXISTS ${quoteIdentifier(gold)}`);
  }
}

async function measure(parts: Parts, rules: readonly QualityRule[], engine: Engine): Promise<QualityReport> {
  const { model, sources, sla } = parts;
  return withGold(parts, engine, async (gold, contextOf) => {
    const goldRules = rules.filter(({ target }) => target.kind === 'gold');
    const goldCounts = await count(
      engine,
      ruleCountsSql(goldRules, gold, { ...contextOf(model.columns), anyRowRuleId }),
    );
    const sourceCounts: RuleResult[] = [];
    for (const { dataset, columns } of sources) {
      const own = rules.filter(({ target }) => target.kind === 'source' && target.dataset === dataset);
      sourceCounts.push(...(await count(engine, ruleCountsSql(own, dataset, contextOf(columns)))));
    }
    const results = [...goldCounts.filter(({ ruleId }) => ruleId !== anyRowRuleId), ...sourceCounts];
    const rowsFailingAny = goldCounts.find(({ ruleId }) => ruleId === anyRowRuleId) ?? null;
    const ages = await agesOf(parts, engine, contextOf);
    return { rules, results, sla: slaResults(sla, { rules, results, rowsFailingAny, ages }) };
  });
}

async function count(engine: Engine, sql: string | null): Promise<readonly RuleResult[]> {
  if (sql === null) return [];
  const { rows } = await engine.query(sql);
  return rows.map(([id, checked, failing]) => {
    const failingRows = wholeNumber(failing);
    return { ruleId: String(id), checkedRows: wholeNumber(checked), failingRows, passed: failingRows === 0 };
  });
}

function wholeNumber(cell: CellValue | undefined): number {
  const value = Number(cell ?? Number.NaN);
  if (!Number.isInteger(value)) throw bug(`a rule counted "${String(cell)}"`);
  return value;
}

async function agesOf({ plan, sources }: Parts, engine: Engine, contextOf: ContextOf): Promise<Measurements['ages']> {
  const homes = homeDatasets(plan);
  const ages: Measurements['ages'][number][] = [];
  for (const source of sources.filter(({ dataset }) => homes.includes(dataset))) {
    const time = timeColumnOf(plan, source);
    if (time === null) continue;
    const { rows } = await engine.query(ageInDaysSql(source.dataset, time.name, contextOf(source.columns)));
    const days = rows[0]?.[0] ?? null;
    ages.push({ dataset: source.dataset, column: time.name, days: days === null ? null : wholeNumber(days) });
  }
  return ages;
}
