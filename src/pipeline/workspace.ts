import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folders of one workspace, absolute. */
export interface Workspace {
  readonly root: string;
  /** Catalog snapshots, runs, journal, caches. */
  readonly state: string;
}

/** The workspace around `folder`: the nearest folder upward with a `dpb.yaml`, else `folder` itself. */
export function findWorkspace(folder: string): Workspace {
  const start = resolve(folder);
  for (let candidate = start; ; candidate = dirname(candidate)) {
    if (existsSync(join(candidate, 'dpb.yaml'))) return workspaceAt(candidate);
    if (dirname(candidate) === candidate) return workspaceAt(start);
  }
}

function workspaceAt(root: string): Workspace {
  return { root, state: join(root, '.dpb') };
}
