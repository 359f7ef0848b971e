// All lifted plans by family, database and case.
import { plans as defog } from './defog.mjs';
import { plans as nvbench } from './nvbench.mjs';
import { rare } from './rare.mjs';
import { plans as spiderGroups } from './spider-groups.mjs';
import { plans as spiderRows } from './spider-rows.mjs';
import { plans as spiderSets } from './spider-sets.mjs';

const chosen = { defog: [defog], nvbench: [nvbench], spider_train: [spiderGroups, spiderRows, spiderSets] };

/** The databases that `which` (`chosen`: the two hundred, `rare`: those beyond) has plans of, each with its plans by case. */
export function liftedDatabases(which) {
  return Object.entries(which === 'rare' ? rare : chosen).flatMap(([family, parts]) => {
    const plans = new Map();
    for (const [database, more] of parts.flatMap(Object.entries)) {
      const known = plans.get(database) ?? {};
      for (const id of Object.keys(more)) if (id in known) throw new Error(`${id} is lifted twice`);
      plans.set(database, { ...known, ...more });
    }
    return [...plans].map(([database, ofCases]) => ({ family, database, plans: ofCases }));
  });
}
