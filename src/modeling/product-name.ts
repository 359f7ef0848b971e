import type { AggregateQuery, Query, TimeUnit } from '../plan/query.js';
import { datasetOf } from '../plan/traverse.js';
import { assertNever } from '../support/assert-never.js';

const lengthMax = 63;

const adverbs = {
  second: 'by_second',
  minute: 'by_minute',
  hour: 'hourly',
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  quarter: 'quarterly',
  year: 'yearly',
  fiscal_quarter: 'fiscal_quarterly',
  fiscal_year: 'fiscal_yearly',
} as const satisfies Record<TimeUnit, string>;

/**
 * A name for a product that none was given for, from its reading: `monthly_revenue_by_region`. Lower-case words joined
 * by underscores, at most 63 characters; of a longer one only whole words stay, and none that leads to a word that went.
 */
export function productNameOf(query: Query): string {
  const words = wordsOf(query)
    .join('_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const name = /^[a-z]/.test(words) ? words : `product_${words}`.replace(/_+$/, '');
  if (name.length <= lengthMax) return name;
  const cut = name.slice(0, lengthMax + 1);
  const whole = cut.slice(0, Math.max(cut.lastIndexOf('_'), 1)).replace(/_+$/, '');
  return whole.replace(/(_(and|by|of|per|the|union|intersect|except))+$/, '');
}

function wordsOf(query: Query): readonly string[] {
  switch (query.kind) {
    case 'aggregate':
      return aggregateWords(query);
    case 'detail': {
      const home = datasetOf(query, query.home);
      return [home, ...(query.limit === null ? [] : ['top', String(query.limit.count)]), 'detail'];
    }
    case 'set':
      return [
        ...query.inputs
          .slice(0, 2)
          .flatMap((input, position) => [...(position === 0 ? [] : [query.operation]), ...wordsOf(input)]),
      ];
    default:
      return assertNever(query);
  }
}

function aggregateWords(query: AggregateQuery): readonly string[] {
  const keys = query.dimensions.filter(({ role }) => role === 'key');
  const time = keys.find(({ expression }) => expression.kind === 'time_truncate');
  const period = time?.expression.kind === 'time_truncate' ? [adverbs[time.expression.unit]] : [];
  const measures = query.measures.filter(({ shown }) => shown).map(({ name }) => name);
  const groups = keys.filter((key) => key !== time).map(({ name }) => name);
  const top = query.limit === null ? [] : ['top', String(query.limit.count)];
  const what = measures.length === 0 ? groups : [measures.join('_and_')];
  return [
    ...top,
    ...period,
    ...what,
    ...(groups.length === 0 || measures.length === 0 ? [] : ['by', groups.join('_and_')]),
  ];
}
