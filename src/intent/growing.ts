import type { TimeUnit } from '../plan/query.js';
import type { Condition, Group, Item, Noun, Ordering, RequestTree, Top } from './request-tree.js';

/** A tree while it is read. */
export interface Growing
  extends Omit<RequestTree, 'top' | 'trend' | 'every' | 'drawn' | 'headline' | 'together' | 'unit'> {
  readonly items: Item[];
  readonly groups: Group[];
  readonly conditions: Condition[];
  readonly orderings: Ordering[];
  top: Top | null;
  trend: boolean;
  every: boolean;
  drawn: RequestTree['drawn'];
  headline: boolean;
  readonly together: boolean;
  unit: TimeUnit | null;
  /** What a share that is asked for behind it is of. */
  whole: Noun | null;
}
