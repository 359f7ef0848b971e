import { join } from 'node:path';
import { describe, it } from 'vitest';
import { casesIn, check, titleOf } from '../cases.js';

/**
 * The failures that users of other tools report, each with data of a few rows: what went wrong there must be right or
 * refused with the reason here.
 */
describe.each(casesIn(join(import.meta.dirname, 'cases')))('$name', (one) => {
  for (const ask of one.asks) it(titleOf(ask), () => check(one, ask));
});
