import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { readTextIfThere } from '../support/atomic-files.js';
import { readSettingsFile } from './settings-file.js';
import { findWorkspace, type Workspace } from './workspace.js';

/** Where a glossary of these data may stand, the nearest first. */
export function glossariesFor(workspace: Workspace, dataRoots: readonly string[]): readonly string[] {
  return [
    ...dataRoots.flatMap((root) => [join(root, 'glossary.yaml'), join(root, '..', 'glossary.yaml')]),
    join(workspace.root, 'glossary.yaml'),
  ];
}

/** Whether the glossary may declare a policy; it is read for sure by the scan. */
export function mayDeclarePolicy(glossary: string | null): boolean {
  return glossary !== null && (readTextIfThere(glossary) ?? '').includes('policy');
}

/**
 * The glossaries other than `glossary` whose policy is about data under the roots: that of the workspace, and those of the
 * projects that the folders lie in, wherever the command is run and whatever glossary or folders it was told. A project
 * whose `dpb.yaml` names other data says nothing of these. Raises `input.invalid` for a `dpb.yaml` that is wrong.
 */
export function replacedPolicies(
  workspace: Workspace,
  dataRoots: readonly string[],
  glossary: string | null,
): readonly string[] {
  const roots = dataRoots.map(realPath);
  const projects = new Map(
    [workspace, ...roots.map(findWorkspace)].map((project) => [realPath(project.root), project]),
  );
  const used = glossary === null ? null : realPath(glossary);
  const standing = [...projects.values()].flatMap((project) => standingGlossary(project, roots) ?? []);
  return [...new Set(standing.map(realPath))].filter((path) => path !== used && mayDeclarePolicy(path));
}

/** The glossary that a project itself uses for data under these roots; null where it has none. */
function standingGlossary(project: Workspace, roots: readonly string[]): string | null {
  const { data, glossary } = readSettingsFile(join(project.root, 'dpb.yaml'));
  const own = [data ?? 'data/bronze'].flat().map((folder) => realPath(resolve(project.root, folder)));
  const isOwn = data === undefined || roots.some((root) => own.some((folder) => isOneWithin(root, folder)));
  if (!isOwn) return null;
  if (glossary !== undefined) return resolve(project.root, glossary);
  return glossariesFor(project, [...own, ...roots]).find((place) => existsSync(place)) ?? null;
}

/** Whether one of the folders is the other or lies in it. */
function isOneWithin(left: string, right: string): boolean {
  const within = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
  return within(left, right) || within(right, left);
}

/** The path without links; as it is where nothing is there. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
