// A short hand for semantic plans, so that a person can write two hundred of them: each function gives one node of
// src/plan/query.ts. A string where a value is expected is a column, `table.column` or one of the query's home. Nothing is
// inferred but labels: joins, homes, conditions, order and its nulls are what the writer says.

const node = (kind, rest) => ({ kind, ...rest });
const integer = (value) => node('literal', { literal: { type: 'integer', value: String(value) } });

/** A value: a column by its name, a number, a truth, or a node as it is. */
function value(given) {
  if (typeof given === 'boolean') return node('literal', { literal: { type: 'boolean', value: given } });
  if (typeof given === 'number')
    return Number.isInteger(given)
      ? integer(given)
      : node('literal', { literal: { type: 'decimal', value: String(given) } });
  if (typeof given !== 'string') return given;
  const [table, column] = given.includes('.') ? given.split('.') : [null, given];
  return node('column', { table, column });
}

export const text = (content) => node('literal', { literal: { type: 'text', value: content } });

export const timestamp = (moment) => node('literal', { literal: { type: 'timestamp', value: moment } });

const comparison = (operator) => (left, right) =>
  node('comparison', { operator, left: value(left), right: value(right) });
export const equal = comparison('eq');
export const below = comparison('lt');
export const above = comparison('gt');
export const atLeast = comparison('ge');

/** A column with exactly this text. */
export const is = (column, content) => equal(column, text(content));
export const isOneOf = (column, ...contents) =>
  node('in', { operand: value(column), values: contents.map((content) => text(content).literal), negated: false });
export const isThere = (operand) => node('is_null', { operand: value(operand), negated: true });
export const all = (...operands) => node('and', { operands: operands.map(value) });
export const either = (...operands) => node('or', { operands: operands.map(value) });
export const not = (operand) => node('not', { operand: value(operand) });
/** Text that fits a pattern, in whatever case. */
export const like = (operand, pattern) =>
  node('like', { operand: value(operand), pattern, ignoreCase: true, negated: false });

/** Keys, separated by spaces, that are among the rows of a query; or are not. */
export const among = (keys, query) => node('membership', { keys: keys.split(' ').map(value), query, negated: false });
export const notAmong = (keys, query) => ({ ...among(keys, query), negated: true });
/** The one value of a query of one row. */
export const theValue = (query) => node('scalar_query', { query });
/** An output, in having. */
export const output = (name) => node('output', { name });

const arithmetic = (operator) => (left, right) =>
  node('arithmetic', { operator, left: value(left), right: value(right) });
export const divide = arithmetic('divide');
const call =
  (name) =>
  (...operands) =>
    node('call', { function: name, arguments: operands.map(value) });
export const daysBetween = call('days_between');
export const secondsBetween = call('seconds_between');
export const lower = call('lower');
export const substring = call('substring');
export const nullIf = call('nullif');
/** `then` where the condition holds, else `otherwise`. */
export const when = (condition, then, otherwise) =>
  node('case', { branches: [{ when: value(condition), then: value(then) }], otherwise: value(otherwise) });
export const truncate = (unit, operand) => node('time_truncate', { unit, operand: value(operand) });
export const part = (name, operand) => node('time_part', { part: name, operand: value(operand) });
export const asOf = node('as_of', {});
export const plus = (operand, amount, unit) => node('time_add', { operand: value(operand), amount, unit });

const aggregate =
  (name) =>
  (argument = null, { where = null, home = null } = {}) =>
    node('aggregate', {
      function: name,
      home,
      argument: argument === null ? null : value(argument),
      filter: where === null ? null : value(where),
      fraction: null,
      orderedBy: null,
    });
/** Rows, or rows where a value is there. Like the others: of the query's home, with `where` as the measure's own filter. */
export const count = aggregate('count');
export const countDistinct = aggregate('count_distinct');
export const sum = aggregate('sum');
export const average = aggregate('avg');
export const least = aggregate('min');
export const most = aggregate('max');
export const ratio = (numerator, denominator) => node('ratio', { numerator, denominator, factor: 1 });

/** `staff_id -> Staff.staff_id`, `role:Dataset.column` where one dataset has several roles, `=` for one to one, ` & ` between pairs of one key. */
function joinsOf(home, texts) {
  const tables = new Map([[home, home]]);
  const joins = texts.map((written) => {
    const join = { from: null, to: null, on: [], cardinality: 'many_to_one' };
    for (const pair of written.split(' & ')) {
      const [, left, arrow, right] = /^(\S+) (->|=) (\S+)$/.exec(pair) ?? [];
      const [fromTable, fromColumn] = left.includes('.') ? left.split('.') : [home, left];
      const [role, toColumn] = right.split('.');
      const [id, dataset = id] = role.split(':');
      tables.set(id, tables.get(id) ?? dataset);
      Object.assign(join, { from: fromTable, to: id }, arrow === '=' ? { cardinality: 'one_to_one' } : {});
      join.on.push({ from: fromColumn, to: toColumn });
    }
    return join;
  });
  return { tables: [...tables].map(([id, dataset]) => ({ id, dataset })), joins };
}

/** The columns without a table, and the aggregates without a home, are the home's; what inner queries hold has its own already. */
function atHome(given, home) {
  if (Array.isArray(given)) return given.map((each) => atHome(each, home));
  if (given === null || typeof given !== 'object') return given;
  if (given.kind === 'column') return { ...given, table: given.table ?? home };
  const entries = Object.entries(given).map(([key, inner]) => [key, key === 'query' ? inner : atHome(inner, home)]);
  const made = Object.fromEntries(entries);
  return made.kind === 'aggregate' ? { ...made, home: made.home ?? home } : made;
}

const outputName = (column) => column.split('.').at(-1).toLowerCase();

/** Columns separated by spaces, or an object of values by name, as outputs; those in `hidden` are computed only. */
function outputsOf(given, hidden, key, home) {
  const entries =
    typeof given === 'string'
      ? given.split(' ').map((column) => [outputName(column), column])
      : Object.entries(given ?? {});
  const made = (content) => (key === 'definition' ? content : value(content));
  return entries.map(([name, content]) => ({
    name,
    label: name,
    description: '',
    shown: !hidden.includes(name),
    [key]: atHome(made(content), home),
  }));
}

/** `total descending, name nulls first`: ascending with nulls last where nothing else is said. */
function orderOf(written) {
  if (written === undefined) return [];
  return written.split(', ').map((each) => ({
    by: each.split(' ')[0],
    direction: each.includes(' descending') ? 'descending' : 'ascending',
    nulls: each.includes(' nulls first') ? 'first' : 'last',
  }));
}

const limitOf = (count) => (count === undefined ? null : { count, per: [], ties: 'cut' });
const ending = ({ order, limit }) => ({ orderBy: orderOf(order), limit: limitOf(limit) });
const wordsOf = (written) => (written ?? '').split(' ').filter((word) => word !== '');

/** Rows of `home`, by groups: `joins`, `where`, `by` (dimensions), `measures`, `hidden`, `having`, `order`, `limit`. */
export function groups(home, given) {
  const hidden = wordsOf(given.hidden);
  const attributes = wordsOf(given.attributes);
  return node('aggregate', {
    ...joinsOf(home, given.joins ?? []),
    unmatched: 'drop',
    every: null,
    dimensions: outputsOf(given.by, hidden, 'expression', home).map((dimension) => ({
      ...dimension,
      role: attributes.includes(dimension.name) ? 'attribute' : 'key',
    })),
    measures: outputsOf(given.measures, hidden, 'definition', home).map((measure) => ({ ...measure, unit: null })),
    filter: atHome(value(given.where ?? null), home),
    having: given.having ?? null,
    ...ending(given),
  });
}

/** Rows of `home` as they are: `show` (columns), `hidden`, `distinct`, `joins`, `where`, `order`, `limit`. */
export function rows(home, given) {
  return node('detail', {
    ...joinsOf(home, given.joins ?? []),
    unmatched: 'drop',
    home,
    columns: outputsOf(given.show, wordsOf(given.hidden), 'expression', home),
    distinct: given.distinct ?? false,
    filter: atHome(value(given.where ?? null), home),
    ...ending(given),
  });
}

const set =
  (operation) =>
  (...inputs) =>
    node('set', { operation, all: false, inputs, orderBy: [], limit: null });
export const union = set('union');
export const intersect = set('intersect');
export const except = set('except');

/** A query whose rows others read by this name. */
export const made = (name, query) => node('query', { name, description: '', query });

/** The plan of a query, or of `datasets` that it makes first and a `query` over them. */
export function planOf(given) {
  const time = { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 };
  return given.kind === undefined ? { version: 1, ...given, time } : { version: 1, query: given, time };
}
