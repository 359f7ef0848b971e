import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { casesIn, comparable, independentRows, outcomeOf } from '../cases.js';

/**
 * The failures that users of other tools report, each with data of a few rows: what went wrong there must be right or
 * refused with the reason here.
 */
describe.each(casesIn(join(import.meta.dirname, 'cases')))('$name', (one) => {
  it.each(one.asks)('$request$plan', async (ask) => {
    const outcome = await outcomeOf(one, ask);
    if (ask.refused !== undefined) {
      expect(outcome.rows).toBeNull();
      expect(outcome.refusal).toMatch(new RegExp(ask.refused));
    } else {
      expect(outcome).toMatchObject({ status: 'answered' });
      if (ask.sql !== undefined)
        expect(comparable(outcome.rows)).toEqual(comparable(await independentRows(one, ask.sql)));
      if (ask.rows !== undefined) expect(comparable(outcome.rows)).toEqual(comparable(ask.rows));
    }
    for (const sentence of ask.says ?? []) expect(outcome.assumptions).toContain(sentence);
  });
});
