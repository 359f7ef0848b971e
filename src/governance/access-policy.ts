import { compareText } from '../support/text-order.js';

/**
 * Who may see what, as people declared it. Where there is a policy, what it does not name is closed unless `default` opens
 * it; what it names is open to those roles alone. A column is open only where its dataset is, too.
 */
export interface AccessPolicy {
  readonly default: 'allow' | 'deny';
  readonly datasets: readonly { readonly dataset: string; readonly roles: readonly string[] }[];
  readonly columns: readonly GuardedColumn[];
  readonly roles: readonly { readonly role: string; readonly users: readonly string[] }[];
}

interface GuardedColumn {
  readonly dataset: string;
  readonly column: string;
  readonly roles: readonly string[];
  /** Who has none of the roles may count and join by it all the same, and sees none of its values. */
  readonly masked?: boolean | undefined;
}

/** What one user may see. */
export interface Access {
  allowsDataset(dataset: string): boolean;
  /** Whether values of the column may be seen. */
  allowsColumn(dataset: string, column: string): boolean;
  /** Whether rows may be counted and joined by the column: it may be seen, or it is masked. */
  countsColumn(dataset: string, column: string): boolean;
}

/** The roles of `user`, in the order of the policy; none for somebody without a name. */
export function rolesHeld({ roles }: AccessPolicy, user: string | null): readonly string[] {
  return roles.filter(({ users }) => user !== null && users.includes(user)).map(({ role }) => role);
}

/** What `user` may see under the policy; somebody without a name has no role. Names are compared as they are written. */
export function accessOf(policy: AccessPolicy, user: string | null): Access {
  const held = new Set(rolesHeld(policy, user));
  const holdsOne = (roles: readonly string[]): boolean => roles.some((role) => held.has(role));
  const datasets = new Map(policy.datasets.map(({ dataset, roles }) => [dataset, roles]));
  const columns = new Map(policy.columns.map((guarded) => [columnKey(guarded.dataset, guarded.column), guarded]));
  const allowsDataset = (dataset: string): boolean => {
    const roles = datasets.get(dataset);
    return roles === undefined ? policy.default === 'allow' : holdsOne(roles);
  };
  const allowsColumn = (dataset: string, column: string): boolean => {
    const guarded = columns.get(columnKey(dataset, column));
    return allowsDataset(dataset) && (guarded === undefined || holdsOne(guarded.roles));
  };
  return {
    allowsDataset,
    allowsColumn,
    countsColumn: (dataset, column) =>
      allowsColumn(dataset, column) ||
      (allowsDataset(dataset) && columns.get(columnKey(dataset, column))?.masked === true),
  };
}

/** The policy in an order of its own: equal policies are equal text. */
export function orderedPolicy(policy: AccessPolicy): AccessPolicy {
  const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort(compareText);
  const byKey = <Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] =>
    [...items].sort((left, right) => compareText(key(left), key(right)));
  return {
    default: policy.default,
    datasets: byKey(
      policy.datasets.map(({ dataset, roles }) => ({ dataset, roles: sorted(roles) })),
      ({ dataset }) => dataset,
    ),
    columns: byKey(
      policy.columns.map(({ dataset, column, roles, masked }) => ({
        dataset,
        column,
        roles: sorted(roles),
        ...(masked === true ? { masked } : {}),
      })),
      ({ dataset, column }) => columnKey(dataset, column),
    ),
    roles: byKey(
      policy.roles.map(({ role, users }) => ({ role, users: sorted(users) })),
      ({ role }) => role,
    ),
  };
}

function columnKey(dataset: string, column: string): string {
  return JSON.stringify([dataset, column]);
}
