import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeTextAtomic } from '../support/atomic-files.js';
import { canonicalJson } from '../support/canonical-json.js';
import type { Settings } from './settings.js';
import type { Workspace } from './workspace.js';

const recordSchema = z.record(z.string(), z.array(z.string()).min(1));

function recordPath(workspace: Workspace): string {
  return join(workspace.state, 'product-data.json');
}

function record(workspace: Workspace): Readonly<Record<string, readonly string[]>> {
  const path = recordPath(workspace);
  if (!existsSync(path)) return {};
  const parsed = recordSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return parsed.success ? parsed.data : {};
}

/** Keeps over which folders a product was built, for builds that are told none. */
export function rememberProductData(workspace: Workspace, product: string, roots: readonly string[]): void {
  const known = record(workspace);
  if (canonicalJson(known[product]) === canonicalJson(roots)) return;
  writeTextAtomic(recordPath(workspace), `${canonicalJson({ ...known, [product]: roots }, 2)}\n`);
}

/**
 * The folders of a product's sources: those that flag, environment or dpb.yaml name, else those it was built over last,
 * never what some other command has scanned since. For a product that was never built here, the settings' own.
 */
export function productDataRoots(settings: Settings, product: string): readonly string[] {
  if (settings.dataNamed) return settings.dataRoots;
  return record(settings.workspace)[product] ?? settings.dataRoots;
}
