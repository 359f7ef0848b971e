import type { Settings } from '../pipeline/settings.js';
import type { Request } from '../plan/run-state.js';
import { dpbError } from '../support/errors.js';
import { dateInZone, parseIsoDate } from '../support/iso-date.js';
import { scrubberOf } from '../support/secrets.js';
import type { DataFlags, ModelFlags, ProductFlags, RequestFlags } from './options.js';

/** Settings of the workspace around the current folder, with the command's flags over them. */
export async function settingsFor(
  flags: DataFlags & ProductFlags & ModelFlags & Pick<RequestFlags, 'unmatched'>,
): Promise<Settings> {
  const { findWorkspace } = await import('../pipeline/workspace.js');
  const { readSettings } = await import('../pipeline/settings.js');
  return readSettings(findWorkspace(process.cwd()), flags, process.env);
}

/** The date that counts as today: the flag, `DPB_AS_OF`, else today in the workspace's zone. The one place that asks the clock. */
export function asOfDate(flag: string | undefined, settings: Settings): string {
  if (flag !== undefined) return parseIsoDate(flag, '--as-of');
  if (process.env.DPB_AS_OF) return parseIsoDate(process.env.DPB_AS_OF, 'DPB_AS_OF');
  return dateInZone(new Date(), settings.time.zone);
}

/** `request` where nothing of it is a secret; raises `input.secret`: its words stand in runs, products and prompts. */
export function withoutSecrets(request: Request): Request {
  const { text, name, owner, useCaseId } = request;
  const scrub = scrubberOf(process.env, []);
  if ([text, name, owner, useCaseId].some((part) => part !== null && scrub(part) !== part))
    throw dpbError('input.secret', {});
  return request;
}

/** A request of nothing but words, with the settings that decide its result. Raises `input.secret`. */
export function requestFor(text: string, flags: RequestFlags, settings: Settings): Request {
  return withoutSecrets({
    text,
    name: null,
    owner: null,
    sla: null,
    useCaseId: null,
    asOf: asOfDate(flags.asOf, settings),
    time: settings.time,
    unmatched: settings.unmatched,
    strict: flags.strict === true,
    chosen: null,
    threshold: settings.threshold,
  });
}
