import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confinedQuery } from '../../src/engine/confined-query.js';
import { bombs } from '../llm/bombs.js';
import { confinedTable, withLibraryFiles } from '../llm/confined.js';

const limits = { deadlineMs: 8_000, rowsMax: 1_000, bytesMax: 4_000_000 };
const kilobytesMax = 1_500_000;

/** The processes that began here, and what began in them: number and most memory so far, in kB. */
function children(): readonly { readonly pid: number; readonly kilobytes: number }[] {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        const [, parent] = /^PPid:\s+(\d+)/mu.exec(status) ?? [];
        const [, most] = /^VmHWM:\s+(\d+)/mu.exec(status) ?? [];
        const isOurs = Number(parent) === process.pid && command.includes('confined-child');
        return isOurs ? [{ pid: Number(name), kilobytes: Number(most ?? 0) }] : [];
      } catch {
        return [];
      }
    });
  return stats;
}

describe.runIf(process.platform === 'linux')('a query bomb', () => {
  it.each(Object.entries(bombs))(
    'by %s is refused or stopped, within its memory, and nothing is left of it',
    async (_name, sql) => {
      const before = process.memoryUsage.rss();
      let most = 0;
      const watch = setInterval(() => {
        for (const { kilobytes } of children()) most = Math.max(most, kilobytes);
      }, 40);
      try {
        await withLibraryFiles(async (root) => {
          const given = confinedQuery(sql, [confinedTable(root, 'loans')], limits);
          await expect(given).rejects.toMatchObject({
            code: expect.stringMatching(/^(?:sql\.vetoed|sql\.stopped|engine\.query)$/u),
          });
        });
      } finally {
        clearInterval(watch);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      expect(children()).toEqual([]);
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(kilobytesMax);
      expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
    },
  );
});
