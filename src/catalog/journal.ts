import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../support/atomic-files.js';
import { sortedBy } from '../support/text-order.js';

const entrySchema = z.object({
  runId: z.string(),
  /** Left out by runs of before, as are metrics. */
  user: z.string().nullable().optional(),
  datasets: z.array(z.string()),
  metrics: z.array(z.string()).optional(),
});

/** Who asked for what in one run; `user` is null for nobody by name. */
export interface Usage {
  readonly runId: string;
  readonly user: string | null;
  readonly datasets: readonly string[];
  readonly metrics: readonly string[];
}

/**
 * What runs used, by the journal of the workspace, in the order in which they began; a run that was resumed counts once, as it
 * ended. Lines that are torn or foreign count nothing.
 */
export function readUsage(stateDirectory: string): readonly Usage[] {
  const runs = new Map<string, Usage>();
  for (const line of (readTextIfThere(join(stateDirectory, 'journal.jsonl')) ?? '').split('\n')) {
    const entry = entryOf(line);
    if (entry === null) continue;
    const { runId, user = null, datasets, metrics = [] } = entry;
    const all = [...(runs.get(runId)?.datasets ?? []), ...datasets];
    runs.set(runId, { runId, user, datasets: [...new Set(all)], metrics });
  }
  return sortedBy([...runs.values()], ({ runId }) => runId);
}

/** How many runs used each dataset. */
export function readPopularity(stateDirectory: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { datasets } of readUsage(stateDirectory))
    for (const dataset of datasets) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  return counts;
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
