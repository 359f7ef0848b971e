import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataType } from '../../src/plan/data-type.js';
import { aggregate, aggregateQuery, col, dimension, measure, source, types } from './plan-builder.js';
import { answer, engineWith } from './running.js';

/** `units` of 10^-scale as decimal text. */
function decimalText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
}

/** The mean of `units` of 10^-scale at `toScale` digits, rounded half away from zero: integers alone. */
function meanText(units: readonly bigint[], scale: number, toScale: number): string {
  const total = units.reduce((sum, one) => sum + one, 0n) * 10n ** BigInt(toScale - scale);
  const count = BigInt(units.length);
  const magnitude = total < 0n ? -total : total;
  const rounded = (2n * magnitude + count) / (2n * count);
  return decimalText(total < 0n ? -rounded : rounded, toScale);
}

/** The averages of `groups` (units of 10^-scale), by group. */
async function averages(groups: readonly (readonly (bigint | null)[])[], precision: number, scale: number) {
  const amount: DataType = { kind: 'decimal', precision, scale };
  const rows = groups.flatMap((units, group) =>
    units.map((one) => `(${group}, ${one === null ? 'NULL' : `'${decimalText(one, scale)}'`})`),
  );
  const engine = await engineWith([
    `CREATE TABLE payments (batch INTEGER, amount DECIMAL(${precision},${scale}))`,
    `INSERT INTO payments VALUES ${rows.join(', ')}`,
  ]);
  try {
    const query = aggregateQuery(['payments'], {
      dimensions: [dimension('batch', col('payments', 'batch'))],
      measures: [measure('mean', aggregate('avg', 'payments', col('payments', 'amount')))],
    });
    return await answer(engine, query, [source('payments', { batch: types.integer, amount })]);
  } finally {
    engine.close();
  }
}

describe('averages of decimals', () => {
  it('keep digits that a DOUBLE does not have', async () => {
    const [[, mean] = []] = await averages([[922337203685477580653n, 922337203685477580654n, 3n]], 38, 2);
    expect(mean).toBe('6148914691236517204.366667');
  });

  it('round half away from zero once, on both sides of zero', async () => {
    const half = Array.from({ length: 31 }, () => 0n);
    expect(
      await averages(
        [
          [1n, ...half],
          [-1n, ...half],
          [3n, ...half],
        ],
        12,
        2,
      ),
    ).toEqual([
      [0, '0.000313'],
      [1, '-0.000313'],
      [2, '0.000938'],
    ]);
  });

  it('are null of nothing', async () => {
    expect(
      await averages(
        [
          [null, null],
          [null, 7n],
        ],
        12,
        2,
      ),
    ).toEqual([
      [0, null],
      [1, '0.070000'],
    ]);
  });

  it.each([
    { precision: 18, scale: 0 },
    { precision: 38, scale: 2 },
    { precision: 30, scale: 6 },
    { precision: 28, scale: 10 },
    { precision: 37, scale: 18 },
  ])('of DECIMAL($precision,$scale) are those of integers divided by hand', async ({ precision, scale }) => {
    const most = 10n ** BigInt(Math.min(precision - 2, 26)) - 1n;
    const units = fc.array(fc.bigInt({ min: -most, max: most }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(units, { minLength: 20, maxLength: 20 }), async (groups) => {
        const toScale = Math.max(scale, 6);
        expect(await averages(groups, precision, scale)).toEqual(
          groups.map((group, at) => [at, meanText(group, scale, toScale)]),
        );
      }),
      { numRuns: 5, seed: 22 },
    );
  });
});
