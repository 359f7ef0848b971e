import { type AccessPolicy, orderedPolicy } from '../governance/access-policy.js';
import type { FoldNotes } from './fold-notes.js';
import { type GlossaryPath, nearNames } from './glossary.js';
import type { NameFinder } from './glossary-names.js';
import type { GlossaryFile } from './glossary-schema.js';

/**
 * Who may see what, by the names that the catalog has; null where the glossary declares no such policy. What names no table,
 * column or role is a problem: a policy that guards nothing would be taken for one that does.
 */
export async function foldAccess(
  { roles = [], policy }: GlossaryFile,
  finder: NameFinder,
  notes: FoldNotes,
): Promise<AccessPolicy | null> {
  if (policy?.pii !== undefined) notes.warn(['policy', 'pii'], 'what the policy says of personal data is not used yet');
  if (policy === undefined) return null;
  const { default: standard, datasets, columns } = policy;
  if (standard === undefined && datasets === undefined && columns === undefined) return null;
  const known = roles.map(({ role }) => role);
  const rolesOf = (names: readonly string[], path: GlossaryPath): readonly string[] =>
    names.filter((name, position) => {
      if (known.includes(name)) return true;
      const near = nearNames(name, known);
      notes.problems.push({ path: [...path, position], problem: `there is no role "${name}" under roles`, near });
      return false;
    });
  const guardedDatasets: { dataset: string; roles: readonly string[] }[] = [];
  for (const [name, required] of Object.entries(datasets ?? {})) {
    const path = ['policy', 'datasets', name];
    const found = await notes.guard(path, () => finder.dataset(name));
    if (found !== null) guardedDatasets.push({ dataset: found.name, roles: rolesOf(required, path) });
  }
  const guardedColumns: { dataset: string; column: string; roles: readonly string[] }[] = [];
  for (const [name, required] of Object.entries(columns ?? {})) {
    const path = ['policy', 'columns', name];
    const found = await notes.guard(path, () => finder.target(name));
    if (found?.column === null) notes.problems.push({ path, problem: `"${name}" is a table, not a column` });
    else if (found !== null)
      guardedColumns.push({ dataset: found.dataset.name, column: found.column.name, roles: rolesOf(required, path) });
  }
  return orderedPolicy({
    default: standard ?? 'deny',
    datasets: guardedDatasets,
    columns: guardedColumns,
    roles: roles.map(({ role, users }) => ({ role, users: users ?? [] })),
  });
}
