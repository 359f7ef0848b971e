/**
 * Words for how much of something there is at a time, as against how much of it comes or goes in a time: what accounts and stores
 * are counted by at the end of a day. Such numbers add up over things and never over time (Kimball and Ross, The Data Warehouse
 * Toolkit, periodic snapshots: semi-additive facts).
 */
export const levelWords: ReadonlySet<string> = new Set(
  'backlog balance headcount holding inventory level occupancy outstanding remaining stock stored'.split(' '),
);
