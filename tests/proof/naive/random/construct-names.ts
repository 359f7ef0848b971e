import type { TimePart, TimeUnit } from '../../../../src/plan/query.js';
import {
  aggregateFunctionSchema,
  scalarFunctionSchema,
  timePartSchema,
  timeUnitSchema,
} from '../../../../src/plan/query-term-schema.js';

/** The units of time, the shortest first. */
export const timeUnits = timeUnitSchema.options;

/** The parts of a time. */
export const timeParts = timePartSchema.options;

/** What truncating to the unit is counted as. */
export const truncation = <Unit extends TimeUnit>(unit: Unit) => `truncate ${unit}` as const;

/** What taking the part is counted as. */
export const partName = <Part extends TimePart>(part: Part) => `part ${part}` as const;

const ofExpressions = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'modulo',
  'negate',
  'comparison',
  'and',
  'or',
  'not',
  'is_null',
  'in',
  'between',
  'like',
  'case',
  'cast',
  'null',
  ...scalarFunctionSchema.options,
  'time_truncate',
  ...timeUnits.map(truncation),
  'time_part',
  ...timeParts.map(partName),
  'time_add',
  'as_of',
  'scalar_query',
  'membership',
  'no membership',
  'unit',
  'unit by row',
] as const;

/** Measures over the groups of other periods. */
export const ofPeriods = [
  'change',
  'previous period',
  'last year',
  'running_total',
  'rolling',
  'rolling avg',
  'period_to_date',
] as const;

/** What a measure is made of. */
export const ofMeasures = [
  ...aggregateFunctionSchema.options.map((name) => `fold ${name}` as const),
  'own filter',
  'snapshot',
  'constant',
  'ratio',
  'combine',
  'share',
  'share of group',
  'rank',
  'rank in group',
  ...ofPeriods,
] as const;

/** What only a query of groups has. */
export const ofGroups = [
  ...ofMeasures,
  'aggregate',
  'several homes',
  'three homes',
  'every',
  'attribute',
  'having',
  'fill',
  'per home',
] as const;

/** What only a set of queries has. */
export const ofSets = ['union', 'intersect', 'except', 'all', 'measures in a set'] as const;

/** What joins lead over. */
export const ofJoins = [
  'join',
  'drop',
  'implied match',
  'snowflake',
  'self reference',
  'roles',
  'composite key',
  'one to one',
  'bridge',
  'during',
  'weight',
] as const;

/** What is prepared of sources. */
export const ofPreparation = [
  'prepared',
  'dedupe',
  'stacked',
  'prepared cast',
  'deduped history',
  'deduped bridge',
] as const;

/** The constructs whose share of the compared plans, and whose pairs, the tests count. */
export const constructs = [
  ...ofExpressions,
  ...ofGroups,
  ...ofSets,
  ...ofJoins,
  ...ofPreparation,
  'table of the plan',
  'detail',
  'distinct',
  'filter',
  'hidden',
  'order',
  'limit',
  'limit per',
  'ties',
  'zone',
  'weeks from sunday',
  'fiscal year',
] as const;

/** A construct of plans, by the name that the tests count it by. */
export type Construct = (typeof constructs)[number];
