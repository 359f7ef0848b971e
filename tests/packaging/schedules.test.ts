import { describe, expect, it } from 'vitest';
import { emitAirflow } from '../../src/packaging/emit/airflow.js';
import { emitSchedules } from '../../src/packaging/emit/schedules.js';
import { scheduleOf } from '../../src/packaging/schedule.js';
import type { Product } from '../../src/plan/product.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

/** The sample with another promise and other refreshes of its sources. */
function promised(freshness: string | null, refreshed: readonly (string | null)[]): Product {
  const { file } = sampleProduct;
  const sources = file.sources.map((source, at) => ({ ...source, freshness: refreshed[at] ?? null }));
  return { ...sampleProduct, file: { ...file, sources, sla: { ...file.sla, freshness } } };
}

const inZone = (zone: string): Product => {
  const { file } = sampleProduct;
  return { ...sampleProduct, file: { ...file, plan: { ...file.plan, time: { ...file.plan.time, zone } } } };
};

const textOf = (files: readonly { path: string; text: string }[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? '';

describe('the schedule', () => {
  it.each<[string | null, readonly (string | null)[], string]>([
    ['PT10M', [], '*/15 * * * *'],
    ['PT1H', ['daily'], '5 * * * *'],
    ['PT5H', [], '5 * * * *'],
    ['PT6H', [], '5 */6 * * *'],
    ['P1D', ['hourly'], '30 2 * * *'],
    ['P3D', [], '30 2 * * *'],
    ['P1W', [], '30 2 * * 1'],
    ['P1M', [], '30 2 1 * *'],
    [null, ['monthly', 'weekly'], '30 2 * * 1'],
    [null, ['hourly', 'weekly'], '5 * * * *'],
    [null, ['P2D', 'now and then'], '30 2 * * *'],
    [null, [null, null], '30 2 * * *'],
  ])('of data promised within %s and refreshed %j is %s', (freshness, refreshed, cron) => {
    expect(scheduleOf(promised(freshness, refreshed).file).cron).toBe(cron);
  });
});

describe('the DAG', () => {
  const dagOf = (product: Product): string => textOf(emitAirflow(product), 'airflow/monthly_fees.py');

  it.each(hostileTexts)('holds %j in literals alone', (text) => {
    const literals =
      /^(TITLE|OWNER|TAGS|DOCUMENTATION) = (\[?("(\\.|[^"\\\n])*"(, )?)+\]?|\((\n {4}"(\\.|[^"\\\n])*")+\n\))$/gm;
    const shape = (product: Product): string => dagOf(product).replace(literals, '$1');
    expect(shape(productWith(text))).toBe(shape(sampleProduct));
    expect(dagOf(productWith(text))).not.toMatch(/(?!\n)[\p{Cc}\u2028-\u202e]/u);
  });

  it('is found by Airflow, which looks for two words, and runs in the zone of the plan', () => {
    const text = dagOf(inZone('Europe/Lisbon'));
    expect(text).toContain('airflow');
    expect(text).toContain('dag');
    expect(text).toContain('ZONE = zoneinfo.ZoneInfo("Europe/Lisbon")');
  });
});

describe('the crontab and the Makefile', () => {
  it('hold nothing of people', () => {
    const own = emitSchedules(sampleProduct);
    for (const text of hostileTexts) expect(emitSchedules(productWith(text))).toEqual(own);
  });

  it('names the zone where a crontab can hold it', () => {
    const lines = (zone: string): readonly string[] => textOf(emitSchedules(inZone(zone)), 'crontab').split('\n');
    expect(lines('America/New_York')).toContain('CRON_TZ=America/New_York');
    expect(lines('x\n* * * * * rm').filter((line) => !line.startsWith('#'))).toEqual([
      'DPB_WORKSPACE=/srv/warehouse',
      '30 2 * * *  cd "$DPB_WORKSPACE" && dpb build monthly_fees --quiet && dpb verify monthly_fees --quiet >/dev/null',
      '',
    ]);
  });
});
