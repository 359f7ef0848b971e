import type { Catalog, Column, Dataset, Relationship } from '../catalog/catalog.js';
import { isNumeric, isTemporal } from '../plan/data-type.js';
import { referencesOf } from '../plan/plan-references.js';
import type { QualityRule, RuleCheck, SourceColumn, SourceTable } from '../plan/product.js';
import type { Expression, SemanticPlan } from '../plan/query.js';
import { compareText } from '../support/text-order.js';
import { homeDatasets } from './plan-facts.js';
import type { ColumnFacts } from './source-facts.js';

/** What is known of the sources when their rules are made. */
export interface Measured {
  readonly plan: SemanticPlan;
  readonly catalog: Catalog;
  readonly facts: readonly ColumnFacts[];
  /** A date column whose last day lies beyond it tells of things to come. */
  readonly asOf: string;
}

/** Columns with more values than this are no closed list. */
const acceptedValuesMax = 50;
/** A value or period seen in fewer rows may well have a neighbour that was never seen. */
const membersMin = 10;
const periodMembersMin = 5;
/** A scale whose last step holds this share of the rows ends there. */
const closedScaleShare = 0.005;
/** Means of fewer rows vary too much. */
const meanRowsMin = 1000;

/**
 * What the measured sources let one expect of the columns that the product reads: which are never null, tell rows apart, lie
 * within bounds or on a list, have no gaps. Bounds leave room for what more of the same data may bring. All warn. Pure.
 */
export function measuredRules(sources: readonly SourceTable[], measured: Measured): readonly QualityRule[] {
  return sources.flatMap((source) => {
    const dataset = measured.catalog.datasets.find(({ name }) => name === source.dataset);
    if (dataset === undefined || dataset.rows === 0) return [];
    const columns = source.columns.flatMap((own): readonly QualityRule[] => {
      const column = dataset.columns.find(({ name }) => name === own.name);
      // The profile of a column that is cast is that of the cast values, which the source does not have.
      if (column === undefined || column.cast !== undefined) return [];
      return columnRules({ source, dataset, own, column }, measured);
    });
    return [...keyRules(source), ...columns, ...orphanRules(source, measured)];
  });
}

interface Place {
  readonly source: SourceTable;
  readonly dataset: Dataset;
  readonly own: SourceColumn;
  readonly column: Column;
}

function columnRules(place: Place, measured: Measured): readonly QualityRule[] {
  const { type, pii } = place.own;
  const rules = [nullRule(place)];
  // Bounds and lists of personal data would tell of persons.
  if (pii !== null || place.column.pii !== null) return rules.flat();
  if (isNumeric(type)) rules.push(numberRules(place));
  if (isTemporal(type)) rules.push(dateRules(place, measured));
  if (type.kind === 'text') rules.push(textRules(place, measured));
  return rules.flat();
}

function keyRules({ dataset, keys }: SourceTable): readonly QualityRule[] {
  const [primary] = keys;
  if (primary === undefined) return [];
  const check = { kind: 'unique', columns: primary } as const;
  return [ruleOn(dataset, `${primary.join('+')}.unique`, check, `${primary.join(', ')} of ${dataset} occurs once`)];
}

function nullRule({ source, dataset, own, column }: Place): readonly QualityRule[] {
  const { name } = own;
  if (column.partial === true) return [];
  const { nulls } = column.profile;
  if (nulls === 0)
    return [
      ruleOn(source.dataset, `${name}.not_null`, { kind: 'not_null', column: name }, `${name} is always present`),
    ];
  const allowed = roomFor(nulls, dataset.rows);
  if (allowed >= 1) return [];
  const text = `at most ${percentText(allowed)} of ${name} is missing`;
  return [ruleOn(source.dataset, `${name}.not_null`, { kind: 'not_null', column: name, allowed }, text)];
}

/** Where keys without partner were there already, more than these and some are too many. */
function orphanRules({ dataset }: SourceTable, { plan, catalog }: Measured): readonly QualityRule[] {
  const references = referencesOf(plan).filter((reference) => reference.dataset === dataset);
  return references.flatMap(({ columns, toDataset, toColumns }): readonly QualityRule[] => {
    const isSame = (relationship: Relationship): boolean =>
      relationship.from.dataset === dataset &&
      relationship.to.dataset === toDataset &&
      relationship.from.columns.join('\0') === columns.join('\0');
    const relationship = catalog.relationships.find(isSame);
    if (relationship === undefined || relationship.orphans === 0) return [];
    const { orphans, matched, nulls } = relationship;
    const allowed = roomFor(orphans, orphans + matched + nulls);
    if (allowed >= 1) return [];
    const check = { kind: 'references', columns, toDataset, toColumns, allowed } as const;
    const text = `at most ${percentText(allowed)} of ${columns.join(', ')} is not in ${toDataset}`;
    return [ruleOn(dataset, `${columns.join('+')}.orphans.${toDataset}`, check, text)];
  });
}

/** A share with room for chance (five standard deviations) and drift (a quarter and half a percent), to four digits. */
function roomFor(part: number, whole: number): number {
  const share = part / whole;
  const chance = 5 * Math.sqrt((share * (1 - share)) / whole);
  return Math.min(1, Math.ceil((share * 1.25 + chance + 0.005) * 10_000) / 10_000);
}

function percentText(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}

function numberRules({ source, dataset, own, column }: Place): readonly QualityRule[] {
  const { min, max, mean, distinct } = column.profile;
  const [low, high] = [Number(min ?? Number.NaN), Number(max ?? Number.NaN)];
  if (![low, high].every((bound) => Math.abs(bound) <= Number.MAX_SAFE_INTEGER)) return [];
  const digits = own.type.kind === 'decimal' ? own.type.scale : 0;
  const isClosed = column.role !== 'identifier' && endsHere(column, dataset.rows);
  const most = column.role === 'identifier' ? high * 10 : isClosed ? high : high + (high - low);
  const least = low >= 0 ? 0 : low - (high - low);
  const bounds = {
    min: boundText(isClosed ? low : least, digits, Math.floor),
    max: distinct < 2 || most <= 0 ? null : boundText(most, digits, Math.ceil),
  };
  const range = { kind: 'range', column: own.name, ...bounds } as const;
  const said = bounds.max === null ? `at least ${bounds.min}` : `between ${bounds.min} and ${bounds.max}`;
  const rules = [ruleOn(source.dataset, `${own.name}.range`, range, `${own.name} lies ${said}`)];
  // Of amounts, what is usual: a unit or a sign that changed in a part of the rows moves the mean.
  const isUsual = column.role === 'measure' && mean !== null && mean > 0 && low >= 0 && dataset.rows >= meanRowsMin;
  if (!isUsual) return rules;
  const [from, to] = [twoDigits(mean / 2, Math.floor), twoDigits(mean * 2, Math.ceil)];
  const check = { kind: 'mean', column: own.name, min: from, max: to } as const;
  return [
    ...rules,
    ruleOn(source.dataset, `${own.name}.mean`, check, `the mean of ${own.name} lies between ${from} and ${to}`),
  ];
}

/** Whether a column of few whole numbers is a scale, such as one to five: its ends are not rare. */
function endsHere({ values, profile }: Column, rows: number): boolean {
  if (values === null || values.length < 2 || profile.fractionDigits !== 0) return false;
  const ends = values.filter(({ value }) => value === profile.min || value === profile.max);
  return ends.length === 2 && ends.every(({ count }) => count >= Math.max(membersMin * 5, rows * closedScaleShare));
}

/** Rounded away from the values to two digits that count, as plain text with at most so many digits behind the point. */
function boundText(value: number, digits: number, round: (value: number) => number): string {
  const rounded = Number.isInteger(value) && Math.abs(value) < 100 ? value : twoDigits(value, round);
  return Number.isInteger(rounded) ? BigInt(rounded).toString() : rounded.toFixed(Math.min(Math.max(digits, 2), 12));
}

function twoDigits(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((round(value / unit) * unit).toPrecision(2));
}

function dateRules({ source, own, column }: Place, { plan, facts, asOf }: Measured): readonly QualityRule[] {
  const { name } = own;
  const first = column.profile.min?.slice(0, 10) ?? '';
  const last = column.profile.max?.slice(0, 10) ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(first) || !/^\d{4}-\d{2}-\d{2}$/.test(last)) return [];
  const isOfHome = homeDatasets(plan).includes(source.dataset);
  const start = isOfHome ? first : daysEarlier(first, last);
  const rules = [
    ruleOn(
      source.dataset,
      `${name}.range`,
      { kind: 'range', column: name, min: start, max: null },
      `no ${name} lies before ${start}`,
    ),
  ];
  if (last <= asOf) {
    const value: Expression = { kind: 'cast', operand: columnOf(name), to: { kind: 'date' }, onFailure: 'error' };
    const isPast: Expression = { kind: 'comparison', operator: 'le', left: value, right: { kind: 'as_of' } };
    const check = { kind: 'condition', condition: orUnknown(isPast, name) } as const;
    rules.push(ruleOn(source.dataset, `${name}.not_after_as_of`, check, `no ${name} lies after the as-of date`));
  }
  const spread = factsOf(facts, source.dataset, name)?.periods ?? [];
  const dense = spread.find(({ empty, fewest }) => empty === 0 && fewest >= periodMembersMin);
  if (dense !== undefined) {
    const check = { kind: 'gaps', column: name, unit: dense.unit } as const;
    rules.push(
      ruleOn(
        source.dataset,
        `${name}.gaps`,
        check,
        `each ${dense.unit} of ${name} has rows, from the first to the last`,
      ),
    );
  }
  return rules;
}

/** A tenth of the time from first to last before the first: things of a table that no fact dates may turn out older. */
function daysEarlier(first: string, last: string): string {
  const day = 86_400_000;
  const [from, to] = [Date.parse(first), Date.parse(last)];
  return new Date(from - Math.ceil((to - from) / day / 10) * day).toISOString().slice(0, 10);
}

function textRules({ source, own, column }: Place, { facts }: Measured): readonly QualityRule[] {
  const { name } = own;
  const values = column.values ?? [];
  const isList =
    column.role !== 'identifier' &&
    values.length > 0 &&
    values.length <= acceptedValuesMax &&
    values.every(({ value, count }) => count >= membersMin && !value.includes('\0'));
  if (isList) {
    const listed = values.map(({ value }) => value).sort(compareText);
    const check = { kind: 'accepted_values', column: name, values: listed } as const;
    const text = `${name} is one of the ${listed.length} values that it had when this was defined`;
    return [ruleOn(source.dataset, `${name}.accepted_values`, check, text)];
  }
  const lengths = factsOf(facts, source.dataset, name)?.lengths ?? null;
  if (lengths === null || lengths[0] < 2) return [];
  const [shortest, longest] = lengths;
  const length: Expression = { kind: 'call', function: 'length', arguments: [columnOf(name)] };
  // Codes of one length keep it; of other texts one may turn out a little shorter than all before.
  const isCode = shortest === longest;
  const least = isCode ? shortest : Math.max(1, Math.floor(shortest * 0.8));
  const condition: Expression = {
    kind: 'comparison',
    operator: isCode ? 'eq' : 'ge',
    left: length,
    right: integer(least),
  };
  const text = `${name} has ${isCode ? '' : 'at least '}${least} characters`;
  return [ruleOn(source.dataset, `${name}.length`, { kind: 'condition', condition: orUnknown(condition, name) }, text)];
}

function columnOf(name: string): Expression {
  return { kind: 'column', table: 'row', column: name };
}

function integer(value: number): Expression {
  return { kind: 'literal', literal: { type: 'integer', value: String(value) } };
}

/** A rule passes nulls: whether they may be there is a rule of its own. */
function orUnknown(condition: Expression, name: string): Expression {
  return { kind: 'or', operands: [{ kind: 'is_null', operand: columnOf(name), negated: false }, condition] };
}

function factsOf(facts: readonly ColumnFacts[], dataset: string, column: string): ColumnFacts | undefined {
  return facts.find((fact) => fact.dataset === dataset && fact.column === column);
}

function ruleOn(dataset: string, name: string, check: RuleCheck, description: string): QualityRule {
  return {
    id: `source.${dataset}.${name}`,
    target: { kind: 'source', dataset },
    check,
    severity: 'warning',
    description,
    origin: 'profile',
  };
}
