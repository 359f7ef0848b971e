import { faultyOptimizers } from '../../engine/faulty-optimizers.js';
import { usesAsOf } from '../../plan/as-of.js';
import type { Emitter } from '../emitter.js';
import { commentLines } from '../escape.js';

/** The SELECT of the product, under a comment that says what it gives and how it is run. */
export const emitProductSql: Emitter = ({ file, sql }) => {
  const views = `Run it in DuckDB, after SET disabled_optimizers = '${faultyOptimizers}', where each source is a view or table of its name`;
  const parameter = usesAsOf(file.plan) ? '; the parameter $as_of is the date that counts as today (2025-03-31).' : '.';
  const head = [
    file.title,
    '',
    `Request: ${file.request}`,
    `Reading: ${file.reading}`,
    `Grain: ${file.model.grainText}`,
    '',
    `${views}${parameter}`,
    `Made by dpb from ${file.name}.dpb.yaml: change that file, not this one.`,
  ].join('\n');
  return [{ path: 'product.sql', text: `${commentLines(head, '--')}\n\n${sql.trim()}\n`, executable: false }];
};
