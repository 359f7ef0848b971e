import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import { checkUsesAsOf } from '../../plan/as-of.js';
import { type DataType, typeText } from '../../plan/data-type.js';
import type { GoldColumn, Product, ProductFile, QualityRule, ServiceLevel } from '../../plan/product.js';
import { failingRowsSql } from '../../sql/rule-sql.js';
import { compareText } from '../../support/text-order.js';
import { columnLogic } from '../column-logic.js';
import type { Emitter } from '../emitter.js';
import { contractId, teamOf } from '../identity.js';
import { yamlText } from '../yaml-text.js';

/** The data contract of the Bitol Open Data Contract Standard 3.1.0, for the gold table. */
export const emitContract: Emitter = (product) => {
  const { file } = product;
  const { name, version, title, model, assumptions } = file;
  const goldRules = file.rules.filter(({ target }) => target.kind === 'gold');
  const contract = {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: contractId(file),
    name: title,
    version,
    status: 'active',
    dataProduct: name,
    description: {
      purpose: model.description === '' ? file.reading : model.description,
      usage: file.reading,
      ...(assumptions.length === 0 ? {} : { limitations: assumptions.map(({ text }) => text).join('\n') }),
    },
    servers: [
      {
        server: 'gold',
        type: 'local',
        path: `./gold/${name}/current/${model.name}.parquet`,
        format: 'parquet',
        description: 'Relative to the workspace of dpb. current is a link to the folder of the newest build.',
      },
    ],
    schema: [
      {
        name: model.name,
        physicalName: model.name,
        physicalType: 'table',
        logicalType: 'object',
        businessName: title,
        description: model.description,
        dataGranularityDescription: model.grainText,
        properties: model.columns.map((column) => propertyOf(product, column, goldRules)),
        ...qualityPart(goldRules.filter((rule) => columnOf(rule) === null).map((rule) => qualityOf(rule, file))),
      },
    ],
    team: teamOf(file),
    ...slaPart(file.sla),
  };
  const head = `Bitol Open Data Contract Standard 3.1.0. Made by dpb from ${name}.dpb.yaml: change that file, not this one.`;
  return [{ path: 'contract.odcs.yaml', text: yamlText(contract, head), executable: false }];
};

function propertyOf(product: Product, column: GoldColumn, rules: readonly QualityRule[]): Record<string, unknown> {
  const { model } = product.file;
  const position = model.grain.indexOf(column.name);
  // A primary key has no nulls; a grain with a null member is told by its rule of uniqueness and by `grainPosition` alone.
  const isRequired = model.columns.every(({ name, nullable }) => !nullable || !model.grain.includes(name));
  const isPartition = model.partitionBy?.column === column.name;
  const sources = directSources(product, column.name);
  const logic = columnLogic(product.file.plan, column.name);
  return {
    name: column.name,
    physicalName: column.name,
    businessName: column.label,
    description: column.description,
    logicalType: logicalTypeOf(column.type),
    physicalType: duckdbTypeOf(column.type) ?? typeText(column.type),
    required: !column.nullable,
    unique: position === 0 && model.grain.length === 1,
    ...(position < 0 || !isRequired ? {} : { primaryKey: true, primaryKeyPosition: position + 1 }),
    ...(isPartition ? { partitioned: true, partitionKeyPosition: 1 } : {}),
    ...(column.pii === null ? {} : { classification: 'confidential' }),
    ...(sources.length === 0 ? {} : { transformSourceObjects: sources }),
    ...(logic === null ? {} : { transformLogic: logic }),
    customProperties: [
      { property: 'role', value: column.role },
      ...(position < 0 ? [] : [{ property: 'grainPosition', value: position + 1 }]),
      ...(column.additivity === null ? [] : [{ property: 'additivity', value: column.additivity }]),
      ...(column.unit === null ? [] : [{ property: 'unit', value: column.unit }]),
      ...(column.pii === null ? [] : [{ property: 'personalData', value: column.pii }]),
    ],
    ...qualityPart(rules.filter((rule) => columnOf(rule) === column.name).map((rule) => qualityOf(rule, product.file))),
  };
}

/** The source columns whose values go into the column, as `dataset.column`, sorted. */
function directSources({ lineage }: Product, column: string): readonly string[] {
  const from = lineage.find((entry) => entry.column === column)?.from ?? [];
  const names = from.filter(({ kind }) => kind === 'direct').map((edge) => `${edge.dataset}.${edge.column}`);
  return [...new Set(names)].sort(compareText);
}

function logicalTypeOf(type: DataType): string {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'date':
    case 'timestamp':
    case 'time':
      return type.kind;
    case 'decimal':
    case 'double':
      return 'number';
    default:
      return 'string';
  }
}

/** The column that a rule is about, or null where it is about the table. */
function columnOf({ check }: QualityRule): string | null {
  switch (check.kind) {
    case 'not_null':
    case 'accepted_values':
    case 'range':
    case 'freshness':
    case 'mean':
    case 'gaps':
      return check.column;
    case 'unique':
      return check.columns.length === 1 ? (check.columns[0] ?? null) : null;
    default:
      return null;
  }
}

function qualityPart(quality: readonly unknown[]): { readonly quality?: readonly unknown[] } {
  return quality.length === 0 ? {} : { quality };
}

/**
 * A rule as the standard's own metric where it has one, else as SQL that counts the failing rows; in words alone where it
 * depends on the as-of date, which a contract knows nothing of.
 */
function qualityOf(rule: QualityRule, file: ProductFile): Record<string, unknown> {
  const { check } = rule;
  const common = { name: rule.id, description: rule.description, severity: rule.severity };
  switch (check.kind) {
    case 'not_null':
      if (check.allowed !== undefined) return sqlQuality(rule, file, common);
      return { ...common, type: 'library', metric: 'nullValues', mustBe: 0, unit: 'rows', dimension: 'completeness' };
    case 'unique':
      return {
        ...common,
        type: 'library',
        metric: 'duplicateValues',
        ...(check.columns.length === 1 ? {} : { arguments: { properties: check.columns } }),
        mustBe: 0,
        unit: 'rows',
        dimension: 'uniqueness',
      };
    case 'accepted_values':
      if (check.values.some((value) => value.includes('${'))) return sqlQuality(rule, file, common);
      return {
        ...common,
        type: 'library',
        metric: 'invalidValues',
        arguments: { validValues: check.values },
        mustBe: 0,
        unit: 'rows',
        dimension: 'conformity',
      };
    case 'row_count':
      return {
        ...common,
        type: 'library',
        metric: 'rowCount',
        ...rowCountBounds(check.min, check.max),
        unit: 'rows',
        dimension: 'coverage',
      };
    default: {
      if (checkUsesAsOf(check)) return { ...common, type: 'text', dimension: 'timeliness' };
      return sqlQuality(rule, file, common);
    }
  }
}

/** The rule as SQL that counts the failing rows. */
function sqlQuality(rule: QualityRule, { model, plan }: ProductFile, common: object): Record<string, unknown> {
  const query = failingRowsSql(rule, model.name, { columns: model.columns, time: plan.time, asOf: null });
  return {
    ...common,
    type: 'sql',
    query: withoutPlaceholders(query),
    mustBe: 0,
    unit: 'rows',
    dimension: 'conformity',
  };
}

/**
 * Tools put names for `{table}` and values of the environment for `${NAME}` wherever these stand in a query: texts of it that
 * hold a brace are put together from two.
 */
function withoutPlaceholders(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (token) =>
    token.startsWith("'") && token.includes('{') ? `(${token.replaceAll('{', "{' || '")})` : token,
  );
}

/** One operator alone: the standard allows no two. */
function rowCountBounds(min: number | null, max: number | null): Record<string, unknown> {
  if (min !== null && max !== null) return min === max ? { mustBe: min } : { mustBeBetween: [min, max] };
  return max === null ? { mustBeGreaterOrEqualTo: min ?? 0 } : { mustBeLessOrEqualTo: max };
}

function slaPart(sla: ServiceLevel): { readonly slaProperties?: readonly unknown[] } {
  const slaProperties = [
    ...durationProperty('freshness', sla.freshness, 'Largest age of the newest source row against the as-of date.'),
    ...durationProperty('latency', sla.latency, 'Largest time from new source data to a new build.'),
    ...shareProperty('completeness', sla.completeness, 'Least share of non-null values over required columns, 0 to 1.'),
    ...shareProperty('accuracy', sla.accuracy, 'Least share of rows that pass all rules, 0 to 1.'),
  ];
  return slaProperties.length === 0 ? {} : { slaProperties };
}

/** `P2D` is 2 days, `PT6H` 6 hours; other durations stay in ISO 8601. */
function durationProperty(property: string, duration: string | null, description: string): readonly unknown[] {
  if (duration === null) return [];
  const days = /^P(\d+)D$/.exec(duration)?.[1];
  const hours = /^PT(\d+)H$/.exec(duration)?.[1];
  const value = days ?? hours;
  if (value === undefined) return [{ property, value: duration, unit: 'ISO 8601', description }];
  return [{ property, value: Number(value), unit: days === undefined ? 'h' : 'd', description }];
}

function shareProperty(property: string, value: number | null, description: string): readonly unknown[] {
  return value === null ? [] : [{ property, value, unit: 'share', description }];
}
