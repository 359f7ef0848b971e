import type { Agent } from '../plan/agent.js';
import type { Product, ProductFile } from '../plan/product.js';
import type { RunState } from '../plan/run-state.js';
import { bug } from '../support/errors.js';
import { emitProduct } from './emit-product.js';

/** Packaging: puts the parts of the state together into a product and emits its files. Writes nothing to disk. */
export const packagingAgent: Agent<unknown> = async (state) => {
  const product = productOf(state);
  return { ...state, product, files: emitProduct(product) };
};

/** The product that the agents before made. Raises a bug where one of them left its part out. */
function productOf(state: RunState): Product {
  const { transformation, quality } = state;
  const file = definitionOf(state);
  if (file === null || !transformation || !quality)
    throw bug('packaging began before the agents in front of it had ended');
  const { sql, spark, lineage, refresh } = transformation;
  return { file, sql, spark, lineage, refresh };
}

/** The definition as far as the agents made it, without rules where quality made none yet; null where modeling did not end. */
export function definitionOf(state: RunState): ProductFile | null {
  const { request, selection, model, sources, owner, sla, quality } = state;
  const reading = selection?.reading;
  if (!reading || !model || !sources || !owner || !sla) return null;
  return {
    dpb: 1,
    name: model.name,
    version: '1.0.0',
    title: titleOf(model.name),
    request: request.text,
    reading: reading.echo,
    assumptions: reading.assumptions,
    useCaseId: request.useCaseId,
    owner,
    sla,
    plan: reading.plan,
    sources,
    model,
    rules: quality?.rules ?? [],
  };
}

/** The name as people write it: `daily_revenue_by_region` is `Daily revenue by region`. */
function titleOf(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
