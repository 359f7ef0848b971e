import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Bench, settingsFor } from './gateway-cases.js';
import type { ModelServer } from './model-server.js';

const script = fileURLToPath(new URL('ask-many.mjs', import.meta.url));

/** Processes that ask at the same time, each so many questions, under one cap in dollars a day. Gives how many were answered. */
export async function askTogether(
  { folder }: Bench,
  { url }: ModelServer,
  { processes, questions, cap }: { readonly processes: number; readonly questions: number; readonly cap: number },
): Promise<number> {
  const { key: _key, ...settings } = settingsFor(url, {
    dollarsPerDayMax: cap,
    deadlineMs: 300_000,
    callsPerMinute: 100_000,
  });
  const done = await Promise.all(
    Array.from({ length: processes }, (_, place) =>
      execa(process.execPath, [script, folder, `run-${place}`, JSON.stringify(settings), String(questions)]),
    ),
  );
  return done.reduce((sum, { stdout }) => sum + Number(stdout), 0);
}
