import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectReading } from '../../src/discovery/select.js';
import { proposeReadings } from '../../src/intent/propose.js';
import { type Clinic, openClinic, requestOf } from '../intent/clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(async () => {
  await clinic.close();
});

describe('selection', () => {
  it('names each word that found nothing, with what there is', async () => {
    const { selection } = await clinic.ask('weather by planet');
    expect(selection.status).toBe('not_understood');
    expect(selection.reading).toBeNull();
    expect(selection.message).toContain('"weather"');
    expect(selection.message).toContain('"planet"');
    expect(selection.message).toContain('The tables are ');
  });

  it('names what is near a word that found nothing', async () => {
    const { selection } = await clinic.ask('turnover by spexxaltyz');
    expect(selection.message).toContain('near: specialty');
  });

  it('does not answer the rest of a request when one word names nothing', async () => {
    const { selection } = await clinic.ask('turnover by galaxy');
    expect(selection.status).toBe('not_understood');
    expect(selection.message).toContain('"galaxy"');
    expect(selection.message).not.toContain('"turnover"');
  });

  it('does not drop a comparison that it cannot place', async () => {
    const { selection } = await clinic.ask('turnover by specialty more than');
    expect(selection.status).not.toBe('answered');
  });

  it('with strict takes no assumption', async () => {
    const relaxed = await clinic.ask('total fee by specialty');
    expect(relaxed.selection.status).toBe('answered');
    const { selection } = await clinic.ask('total fee by specialty', { strict: true });
    expect(selection.status).toBe('needs_clarification');
    expect(selection.message).toContain('Rows without a match');
  });

  it('asks back under the threshold, with the reading', async () => {
    const { selection } = await clinic.ask('total fee by specialty', { threshold: 0.999 });
    expect(selection).toMatchObject({ status: 'needs_clarification' });
    expect(selection.message).toContain('Total fee by specialty');
  });

  it('shows the measured evidence of each join and the relevance of each dataset', async () => {
    const { selection } = await clinic.ask('total fee by specialty');
    expect(selection.joinPath).toEqual([
      'visits to doctors on visits.doctor_id = doctors.doctor_id (many to one): measured, 6 rows match, 0 have no partner, 0 have no key',
    ]);
    const chosen = selection.candidates.filter(({ selected }) => selected);
    expect(chosen.map(({ dataset }) => dataset).sort()).toEqual(['doctors', 'visits']);
    for (const { coverage, quality, freshness, popularity, relevance } of selection.candidates) {
      for (const part of [coverage, quality, freshness, popularity, relevance]) expect(part).toBeGreaterThanOrEqual(0);
      for (const part of [coverage, quality, freshness, popularity, relevance]) expect(part).toBeLessThanOrEqual(1);
    }
  });

  it('calls two readings with one score a question, not an answer', async () => {
    const request = requestOf('total fee by specialty');
    const [reading] = await proposeReadings(request, clinic.graph);
    if (reading === undefined) throw new Error('no reading');
    const twin = { ...reading, echo: 'Another way to read it.' };
    const selection = selectReading([reading, twin], request, clinic.graph.catalog);
    expect(selection.status).toBe('needs_clarification');
    expect(selection.message).toContain('Another way to read it.');
  });
});
