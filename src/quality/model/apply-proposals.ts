import type { Engine } from '../../engine/engine.js';
import type { GoldColumn, GoldTable, QualityRule } from '../../plan/product.js';
import type { Assumption } from '../../plan/reading.js';
import type { RunState } from '../../plan/run-state.js';
import { bug, DpbError } from '../../support/errors.js';
import { measureRules, tryRule } from '../agent.js';
import type { Proposals } from './proposals.js';

/** What stands behind each text of a model. */
const mark = '(written by a language model)';

/** A rule that so many rows break on the data at hand says something else than the data; it is not kept. */
const brokenShareMax = 0.05;

/**
 * Puts proposals into the state: words behind those that are there, each with its mark; rules only where they run and hold for nearly all
 * rows, as warnings that tell their pass rate. What a rule of dpb asks for already is not asked twice.
 */
export async function withProposals(state: RunState, proposals: Proposals, engine: Engine): Promise<RunState> {
  const { model, quality, selection } = state;
  if (model === null || quality === null || !selection?.reading) throw bug('proposals came before quality had ended');
  const kept: QualityRule[] = [];
  for (const rule of proposals.rules) {
    const asked = [...quality.rules, ...kept].some(({ check }) => JSON.stringify(check) === JSON.stringify(rule.check));
    const proved = asked ? null : await keptRule(state, rule, engine);
    if (proved !== null) kept.push(proved);
  }
  const columns = model.columns.map((column) => describedColumn(column, proposals));
  const told = columns
    .filter((column, place) => JSON.stringify(column) !== JSON.stringify(model.columns[place]))
    .map(({ name }) => name);
  const written = describedTable({ ...model, columns }, proposals);
  const { reading } = selection;
  const assumptions = [...reading.assumptions, ...assumptionOf(told, written !== null, kept.length)];
  const named: RunState = {
    ...state,
    model: written ?? { ...model, columns },
    selection: { ...selection, reading: { ...reading, assumptions } },
  };
  return kept.length === 0 ? named : measureRules(named, [...quality.rules, ...kept], engine);
}

async function keptRule(state: RunState, rule: QualityRule, engine: Engine): Promise<QualityRule | null> {
  try {
    const { checkedRows, failingRows } = await tryRule(state, rule, engine);
    if (checkedRows === 0 || failingRows > brokenShareMax * checkedRows) return null;
    const share = ((100 * (checkedRows - failingRows)) / checkedRows).toFixed(1);
    return {
      ...rule,
      description: `Proposed by a language model: ${rule.description} Held for ${share} % of ${checkedRows} rows.`,
    };
  } catch (thrown) {
    // A bound that does not fit its column, a comparison of a text with a number: it does not run.
    if (thrown instanceof DpbError && thrown.errorClass !== 'bug') return null;
    throw thrown;
  }
}

/** What is proposed stands behind what is there; only a label that repeats the name of the column gives way. */
function describedColumn(column: GoldColumn, proposals: Proposals): GoldColumn {
  const proposed = proposals.columns.find(({ name }) => name === column.name);
  if (proposed === undefined) return column;
  const { label, description } = proposed;
  const isNamed = label !== null && plainLabel(column.label) === plainLabel(column.name);
  return {
    ...column,
    label: isNamed ? `${label} ${mark}` : column.label,
    description: description === null ? column.description : `${column.description} ${description} ${mark}`.trimStart(),
  };
}

function plainLabel(text: string): string {
  return text.toLowerCase().replaceAll('_', ' ').trim();
}

/** The table with a sentence behind what dpb says of it itself; null where there is none. */
function describedTable(model: GoldTable, { description }: Proposals): GoldTable | null {
  return description === null ? null : { ...model, description: `${model.description}. ${description} ${mark}` };
}

function assumptionOf(columns: readonly string[], isTable: boolean, rules: number): readonly Assumption[] {
  const parts = [
    ...(isTable ? ['a sentence about the table'] : []),
    ...(columns.length === 0 ? [] : [`words for ${columns.join(', ')}`]),
    ...(rules === 0 ? [] : [`${rules} of the quality rules`]),
  ];
  if (parts.length === 0) return [];
  return [{ code: 'model_words', text: `A language model wrote ${parts.join(' and ')}; nobody has checked them.` }];
}
