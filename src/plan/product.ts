import type { DataType } from './data-type.js';
import type { Expression, SemanticPlan } from './query.js';
import type { Assumption } from './reading.js';

/** What a person may set for a product beside the words: kept in the product file, never derived. */
export interface ServiceLevel {
  /** Largest age of the newest source row against the as-of date, as ISO 8601 duration (`P1D`); null where none was asked. */
  readonly freshness: string | null;
  readonly latency: string | null;
  /** Least share of non-null values over required columns, 0 to 1. */
  readonly completeness: number | null;
  /** Least share of rows that pass all rules, 0 to 1. */
  readonly accuracy: number | null;
}

export interface Owner {
  readonly name: string;
  readonly contact: string | null;
}

/**
 * The product file `<name>.dpb.yaml`: the one file that people edit and commit. All else in the definition is emitted
 * from it and the catalog facts pinned in it; builds never read words again.
 */
export interface ProductFile {
  readonly dpb: 1;
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly request: string;
  /** The reading in plain words. */
  readonly reading: string;
  readonly assumptions: readonly Assumption[];
  readonly useCaseId: string | null;
  readonly owner: Owner;
  readonly sla: ServiceLevel;
  readonly plan: SemanticPlan;
  /** The sources as the definition was made against them: names, columns, types, and where they lie under the data root. */
  readonly sources: readonly SourceTable[];
  /** The pinned gold table. */
  readonly model: GoldTable;
  readonly rules: readonly QualityRule[];
}

/** How a source is stored. Paths are relative to the data root, forward slashes, sorted. */
export type SourceFormat =
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'csv';
      readonly delimiter: string;
      readonly quote: string;
      readonly escape: string;
      readonly header: boolean;
      readonly nullText: string;
      readonly encoding: 'utf-8' | 'latin-1';
      /** Columns are found by the names in each file's header, whatever their order; left out: by position, the same in all files. */
      readonly byName?: boolean | undefined;
    };

export interface SourceColumn {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly description: string;
  /** The kind of personal data, such as `email`; null for none known. */
  readonly pii: string | null;
  /** Of numeric columns: the most decimal digits that any value had when measured; null or left out where not known. Sums of DOUBLE are exact up to it. */
  readonly fractionDigits?: number | null | undefined;
  /** What values are counted in (`EUR`, `kg`); null or left out where not known. */
  readonly unit?: string | null | undefined;
  /** The column of the same table that says each row's unit (a currency beside an amount). */
  readonly unitColumn?: string | null | undefined;
  /** Who made the product may count and join by it and see none of its values: nothing made of the product shows one. */
  readonly masked?: boolean | undefined;
  /** Some files have no such column: it is null in their rows. Of any other column each file must have it. */
  readonly partial?: boolean | undefined;
}

/** What a query must know of a table that it reads: sources have it, and the tables that a plan makes. */
export type TableShape = Pick<SourceTable, 'dataset' | 'columns' | 'keys'>;

/** A source dataset as the plan uses it. `path` is a folder or file relative to the data root; `glob` the files of it. */
export interface SourceTable {
  readonly dataset: string;
  readonly description: string;
  readonly owner: string | null;
  readonly format: SourceFormat;
  readonly files: readonly string[];
  readonly columns: readonly SourceColumn[];
  /** Measured or declared keys, each a list of columns. */
  readonly keys: readonly (readonly string[])[];
  /** Expected refresh, from metadata or glossary: hourly, daily, weekly, monthly. */
  readonly freshness: string | null;
}

export type Additivity = 'additive' | 'semi_additive' | 'non_additive';

export type GoldColumnRole = 'key' | 'attribute' | 'measure' | 'detail';

/** A column of the gold table, in the order of the table. */
export interface GoldColumn {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly role: GoldColumnRole;
  readonly unit: string | null;
  /** For measures only. */
  readonly additivity: Additivity | null;
  readonly pii: string | null;
}

/** The gold table that the plan makes. `grain` are the key columns, in order; empty for one-row and detail tables. */
export interface GoldTable {
  readonly name: string;
  readonly schema: 'gold';
  readonly description: string;
  /** One sentence: `one row per region and month`. */
  readonly grainText: string;
  readonly grain: readonly string[];
  readonly columns: readonly GoldColumn[];
  /** The time column that partitions it, or null. */
  readonly partitionBy: { readonly column: string; readonly unit: 'day' | 'month' | 'year' } | null;
  readonly sortBy: readonly {
    readonly column: string;
    readonly direction: 'ascending' | 'descending';
    readonly nulls: 'first' | 'last';
  }[];
}

/** A column lineage edge: the gold column takes from these source columns. */
export interface ColumnLineage {
  readonly column: string;
  readonly from: readonly {
    readonly dataset: string;
    readonly column: string;
    /** `direct`: the value goes into the output. `indirect`: it decides which rows do (filters, joins, groups, order). */
    readonly kind: 'direct' | 'indirect';
    /** identity, transformation, aggregation, filter, join, group_by, sort: OpenLineage's subtypes in lower case. */
    readonly transformation:
      | 'identity'
      | 'transformation'
      | 'aggregation'
      | 'filter'
      | 'join'
      | 'group_by'
      | 'sort'
      | 'conditional'
      | 'window';
  }[];
}

/** What a rule looks at: the gold table or a source dataset. */
export type RuleTarget = { readonly kind: 'gold' } | { readonly kind: 'source'; readonly dataset: string };

/**
 * What must hold. Counts are of failing rows. `condition` is over columns of the target, whose occurrence id is `row`.
 * A rule on a column passes nulls, except `not_null`.
 */
export type RuleCheck =
  /** `allowed`: the share of rows, to six digits, that may be null; left out for none. */
  | { readonly kind: 'not_null'; readonly column: string; readonly allowed?: number | undefined }
  /** Nulls are equal to each other: a null in the grain is a member of its own. Rows that share their key fail. */
  | { readonly kind: 'unique'; readonly columns: readonly string[] }
  | {
      readonly kind: 'references';
      readonly columns: readonly string[];
      readonly toDataset: string;
      readonly toColumns: readonly string[];
      /** The share of rows, to six digits, that may have no partner; left out for none. */
      readonly allowed?: number | undefined;
    }
  | { readonly kind: 'accepted_values'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly column: string; readonly min: string | null; readonly max: string | null }
  /** The mean of the numbers that are there lies between the bounds, both included. Fails as one row. */
  | { readonly kind: 'mean'; readonly column: string; readonly min: number; readonly max: number }
  /** Every day, or week from Monday, from the first to the last has a row. Fails as so many rows as there are days in periods without one. */
  | { readonly kind: 'gaps'; readonly column: string; readonly unit: 'day' | 'week' }
  | { readonly kind: 'row_count'; readonly min: number | null; readonly max: number | null }
  | { readonly kind: 'freshness'; readonly column: string; readonly maxAgeDays: number }
  | { readonly kind: 'condition'; readonly condition: Expression };

/** A pinned quality rule. `origin` says who asks for it: the schema of the gold table, the glossary, the measured profile, or a model that proposed it. */
export interface QualityRule {
  readonly id: string;
  readonly target: RuleTarget;
  readonly check: RuleCheck;
  /** `error` blocks publication; `warning` is reported. */
  readonly severity: 'error' | 'warning';
  readonly description: string;
  readonly origin: 'schema' | 'glossary' | 'profile' | 'sla' | 'model';
}

/** The SELECT for Spark, with the parameter `:as_of`, or why Spark cannot say it exactly. */
export type SparkSql =
  | { readonly kind: 'said'; readonly sql: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** SELECTs of one dialect for a refresh by periods: the rows from a period on, and the first period of the facts. */
export interface PeriodSql {
  /** As the product's own, with the parameter `since` beside: the start of the first period to compute; also the rows of no period. */
  readonly since: string;
  /** One row with the earliest period that any of the facts is of, null where all are of none. */
  readonly first: string;
}

/**
 * Whether jobs may go on from the table that they made before. `dataset` holds the facts, `column` of the result is the period
 * that their rows are of, whose starts lie `step` apart.
 */
export type ProductRefresh =
  | { readonly kind: 'full'; readonly why: string }
  | {
      readonly kind: 'incremental';
      readonly dataset: string;
      readonly column: string;
      readonly step: {
        readonly amount: number;
        readonly unit: 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';
      };
      readonly sql: PeriodSql;
      /** Null where Spark cannot say it exactly. */
      readonly spark: PeriodSql | null;
    };

/** Everything that the emitters write from. They are pure functions of it. */
export interface Product {
  readonly file: ProductFile;
  /** The compiled SELECT for DuckDB, formatted for people; `$as_of` is its only parameter. Scans are CTE-free table names of the datasets. */
  readonly sql: string;
  readonly spark: SparkSql;
  readonly lineage: readonly ColumnLineage[];
  readonly refresh: ProductRefresh;
}
