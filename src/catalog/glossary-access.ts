import { type AccessPolicy, orderedPolicy } from '../governance/access-policy.js';
import type { Dataset } from './catalog.js';
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
  known: readonly Dataset[],
  finder: NameFinder,
  notes: FoldNotes,
): Promise<AccessPolicy | null> {
  if (policy === undefined) return null;
  const { default: standard, datasets, columns, pii } = policy;
  const namesNone = datasets === undefined && columns === undefined;
  if (standard === undefined && namesNone && pii === undefined) return null;
  const declared = roles.map(({ role }) => role);
  const rolesOf = (names: readonly string[], path: GlossaryPath): readonly string[] =>
    names.filter((name, position) => {
      if (declared.includes(name)) return true;
      const near = nearNames(name, declared);
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
    // A policy of personal data alone says nothing of all else.
    default: standard ?? (namesNone ? 'allow' : 'deny'),
    datasets: guardedDatasets,
    columns: [...guardedColumns, ...personalColumns(known, guardedColumns, pii ?? {}, notes)],
    roles: roles.map(({ role, users }) => ({ role, users: users ?? [] })),
  });
}

type PersonalDataPolicy = NonNullable<NonNullable<GlossaryFile['policy']>['pii']>;

/**
 * The columns of personal data that the policy closes to all whom it does not name for the column itself. What is to be masked
 * is closed but for counting and joining by it. To hash is taken as to mask: a pseudonym can be followed, and guessed back from a
 * list of what may have been hashed. What is no text, or cast, is closed whole: a value that does not fit its type is told.
 */
function personalColumns(
  datasets: readonly Dataset[],
  guarded: AccessPolicy['columns'],
  pii: PersonalDataPolicy,
  notes: FoldNotes,
): AccessPolicy['columns'] {
  for (const [kind, how] of Object.entries(pii))
    if (how === 'hash')
      notes.warn(
        ['policy', 'pii', kind],
        'hash is taken as mask: columns are counted and joined by, no values are shown',
      );
  return datasets.flatMap(({ name: dataset, columns }) =>
    columns.flatMap(({ name: column, pii: found, type, cast }) => {
      const how = found === null || !Object.hasOwn(pii, found.kind) ? 'allow' : pii[found.kind];
      const isNamed = guarded.some((one) => one.dataset === dataset && one.column === column);
      if (how === 'allow' || isNamed) return [];
      const closed = { dataset, column, roles: [] };
      const isTold = type.kind !== 'text' || cast !== undefined;
      return [how === 'forbid' || isTold ? closed : { ...closed, masked: true }];
    }),
  );
}
