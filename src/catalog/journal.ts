import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../support/atomic-files.js';

const entrySchema = z.object({ runId: z.string(), datasets: z.array(z.string()) });

/**
 * How many runs used each dataset, by the journal of the workspace; a run that was resumed counts once. Lines that are torn
 * or foreign count nothing.
 */
export function readPopularity(stateDirectory: string): ReadonlyMap<string, number> {
  const runs = new Map<string, Set<string>>();
  for (const line of (readTextIfThere(join(stateDirectory, 'journal.jsonl')) ?? '').split('\n')) {
    const entry = entryOf(line);
    for (const dataset of entry?.datasets ?? []) {
      const known = runs.get(dataset) ?? new Set();
      runs.set(dataset, known.add(entry?.runId ?? ''));
    }
  }
  return new Map([...runs].map(([dataset, known]) => [dataset, known.size]));
}

function entryOf(line: string): z.infer<typeof entrySchema> | null {
  if (line.trim() === '') return null;
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
