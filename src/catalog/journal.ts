import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../support/atomic-files.js';

const entrySchema = z.object({ datasets: z.array(z.string()) });

/** How often runs used each dataset, by the journal of the workspace. Lines that are torn or foreign count nothing. */
export function readPopularity(stateDirectory: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of (readTextIfThere(join(stateDirectory, 'journal.jsonl')) ?? '').split('\n')) {
    for (const dataset of datasetsOf(line)) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  }
  return counts;
}

function datasetsOf(line: string): readonly string[] {
  if (line.trim() === '') return [];
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line));
    return parsed.success ? [...new Set(parsed.data.datasets)] : [];
  } catch {
    return [];
  }
}
