import { distance } from 'fastest-levenshtein';
import { dpbError } from '../support/errors.js';
import { compareText } from '../support/text-order.js';
import { type ArtifactName, artifacts } from './emitters.js';

/** What people may call an artifact beside its name: the standard that it follows, or the tool that it is for. */
const otherNames: Readonly<Record<string, ArtifactName>> = {
  cron: 'schedule',
  etl: 'python',
  gx: 'great-expectations',
  makefile: 'schedule',
  odcs: 'contract',
  odps: 'data-product',
  openlineage: 'lineage',
};

/** All names of artifacts, in the order of the registry. */
export const artifactNames: readonly ArtifactName[] = Object.keys(artifacts).filter(isArtifactName);

function isArtifactName(name: string): name is ArtifactName {
  return Object.hasOwn(artifacts, name);
}

/** The artifact that `text` names; raises `input.invalid` about `what` (a flag) with near names where none is. */
export function artifactNamed(text: string, what: string): ArtifactName {
  const name = text.trim().toLowerCase().replaceAll('_', '-');
  if (isArtifactName(name)) return name;
  if (Object.hasOwn(otherNames, name)) {
    const meant = otherNames[name];
    if (meant !== undefined) return meant;
  }
  const near = [...artifactNames, ...Object.keys(otherNames)].filter((known) => distance(known, name) <= 2);
  const problem = `there is no artifact "${text.trim()}"; there are ${artifactNames.join(', ')}`;
  throw dpbError('input.invalid', { what, problem, near: near.slice(0, 3) });
}

/** The artifacts of a list like `sql,dbt`, each once, sorted. Raises as `artifactNamed`. */
export function artifactsNamed(text: string, what: string): readonly ArtifactName[] {
  return [...new Set(text.split(',').map((part) => artifactNamed(part, what)))].sort(compareText);
}
