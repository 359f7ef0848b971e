import { z } from 'zod';
import { readText } from '../support/atomic-files.js';
import { messageOf } from '../support/errors.js';

const schema = z.object({
  dataset_name: z.string().optional(),
  owner: z.string().nullish(),
  domain: z.string().nullish(),
  freshness: z.enum(['hourly', 'daily', 'weekly', 'monthly']).nullish(),
  description: z.string().nullish(),
  schema: z
    .array(
      z.object({
        name: z.string(),
        type: z.string().optional(),
        nullable: z.boolean().optional(),
        description: z.string().nullish(),
      }),
    )
    .optional(),
});

/** What `_metadata.json` beside the files says; its counts and statistics are measured anew instead. */
export type DatasetMetadata = z.infer<typeof schema>;

/** Reads `_metadata.json`; one that is not valid is left aside with a reason, since the data itself may still be read. */
export function readMetadata(path: string): {
  readonly metadata: DatasetMetadata | null;
  readonly problem: string | null;
} {
  try {
    const parsed = schema.safeParse(JSON.parse(readText(path)));
    if (parsed.success) return { metadata: parsed.data, problem: null };
    const issue = parsed.error.issues[0];
    return { metadata: null, problem: `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not valid'}` };
  } catch (thrown) {
    return { metadata: null, problem: messageOf(thrown).split('\n')[0] ?? 'not readable' };
  }
}
