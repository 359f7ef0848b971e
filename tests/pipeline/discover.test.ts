import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposeReadings } from '../../src/intent/propose.js';
import { initialState } from '../../src/pipeline/answer.js';
import { discover } from '../../src/pipeline/discover.js';
import { type Clinic, openClinic, requestOf } from '../intent/clinic.js';

describe('discovery', () => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await openClinic();
  });
  afterAll(() => clinic.close());

  const discovered = async (text: string): ReturnType<typeof discover> => {
    const request = requestOf(text);
    const state = { ...initialState(request, 'catalog'), readings: await proposeReadings(request, clinic.graph) };
    return discover(state, clinic.graph, async () => null);
  };

  it('is content with the first net where it answers', async () => {
    const { selection } = await discovered('turnover by specialty');
    expect(selection).toMatchObject({ status: 'answered', rounds: 1 });
  });

  it('throws a wider net, at most three times, where words found nothing', async () => {
    const { selection } = await discovered('weather by planet');
    expect(selection).toMatchObject({ status: 'not_understood', rounds: 3 });
  });
});
