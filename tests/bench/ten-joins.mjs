// A plan over ten joins. As a process of its own: prints, as JSON, the milliseconds (wall and processor) of the first compile of it
// and the median and 95th percentile of the processor's of 400 more.
import { compile } from '../../dist/transformation/compile.js';
import { groups, is, planOf, sum, truncate } from './lifted/notation.mjs';
import { sources } from './star.mjs';

/** A fact with ten dimensions, each with columns that the plan does not read. */
function tenJoins() {
  const roles = Array.from({ length: 10 }, (_, at) => `side_${at}`);
  const source = (dataset, columns) => ({
    ...sources[0],
    dataset,
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      nullable: true,
      description: '',
      pii: null,
    })),
  });
  const text = { kind: 'text' };
  const key = { kind: 'integer', bits: 64 };
  const unread = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`other_${at}`, text]));
  const facts = source('facts', {
    id: key,
    day: { kind: 'date' },
    amount: { kind: 'decimal', precision: 12, scale: 2 },
    ...Object.fromEntries(roles.map((role) => [`${role}_id`, key])),
  });
  const query = groups('facts', {
    joins: roles.map((role) => `${role}_id -> ${role}.id`),
    by: { month: truncate('month', 'day'), ...Object.fromEntries(roles.map((role) => [role, `${role}.label`])) },
    where: is('side_3.other_2', 'x'),
    measures: {
      total: sum('amount'),
      growth: { kind: 'change', of: sum('amount'), time: 'month', against: 'previous_period', as: 'percent' },
      part: { kind: 'share', of: sum('amount'), within: ['month'], factor: 100 },
    },
  });
  return {
    plan: planOf(query),
    sources: [facts, ...roles.map((role) => source(role, { id: key, label: text, ...unread }))],
  };
}

const { plan, sources: read } = tenJoins();

function timed() {
  const [started, used] = [process.hrtime.bigint(), process.cpuUsage()];
  compile(plan, read, { asOf: null });
  const { user, system } = process.cpuUsage(used);
  return { wall: Number(process.hrtime.bigint() - started) / 1e6, processor: (user + system) / 1000 };
}

const first = timed();
const later = Array.from({ length: 400 }, timed).map(({ processor }) => processor);
later.sort((left, right) => left - right);
console.log(JSON.stringify({ first, median: later[199], most: later[379] }));
