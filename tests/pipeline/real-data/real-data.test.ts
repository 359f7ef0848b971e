import { join } from 'node:path';
import { describe, it } from 'vitest';
import { casesIn, check, titleOf } from '../cases.js';

/**
 * Joins over data as they are: keys that stand twice, histories, bridges, tables beside themselves, keys of several columns,
 * tables that nothing connects. Each against rows worked out by hand or by SQL of their own.
 */
describe.each(casesIn(join(import.meta.dirname, 'cases')))('$name', (one) => {
  for (const ask of one.asks) it(titleOf(ask), () => check(one, ask));
});
