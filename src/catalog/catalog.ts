import type { AccessPolicy } from '../governance/access-policy.js';
import type { DataType } from '../plan/data-type.js';
import type { Owner, ServiceLevel, SourceFormat } from '../plan/product.js';
import type { Expression, MeasureDefinition, PreparedCast } from '../plan/query.js';
import type { Meanings, SearchHit, WeightedWord } from './search/search-hit.js';

/** How a column is used, inferred from type, name and profile: decides what may be summed, grouped, counted. */
export type ColumnRole = 'identifier' | 'measure' | 'category' | 'time' | 'flag' | 'text';

/** Measured on all rows of the snapshot. Text forms: ISO dates, plain decimals. */
export interface ColumnProfile {
  readonly nulls: number;
  /** Exact. */
  readonly distinct: number;
  readonly min: string | null;
  readonly max: string | null;
  /** Of numeric columns: arithmetic mean, and the most decimal digits any value has (DOUBLE included; null where over 12). */
  readonly mean: number | null;
  readonly fractionDigits: number | null;
}

/** A value of a categorical column with its number of rows; `label` is the glossary's word for a code, else null. */
export interface CategoryValue {
  readonly value: string;
  readonly count: number;
  readonly label: string | null;
}

/** A column that is read as another type than it is stored in, as the glossary says. */
export interface ColumnCast extends PreparedCast {
  readonly stored: DataType;
  /** How many values do not fit, of how many there are. */
  readonly misfits: number;
  readonly values: number;
}

export interface Column {
  readonly name: string;
  /** Where it is cast, what it is cast to; the profile is that of the cast values, too. */
  readonly type: DataType;
  readonly cast?: ColumnCast | undefined;
  readonly nullable: boolean;
  /** Some files of the dataset have no such column: it is null in their rows. */
  readonly partial?: boolean | undefined;
  readonly description: string;
  readonly synonyms: readonly string[];
  /** What all values are counted in (`EUR`); null where not known. */
  readonly unit: string | null;
  /** The column of the same table that says each row's unit; null or left out where there is none. */
  readonly unitColumn?: string | null | undefined;
  readonly role: ColumnRole;
  /** Kind of personal data (`email`, `phone`, `national_id`, `person_name`, `address`, …) with what showed it. */
  readonly pii: { readonly kind: string; readonly evidence: string } | null;
  readonly profile: ColumnProfile;
  /** Of somebody who may count and join by it and see none of its values: what is told of it holds none. */
  readonly masked?: boolean | undefined;
  /** All values of a text, boolean or small-integer column with at most 200 distinct ones, by descending count then value; else null. */
  readonly values: readonly CategoryValue[] | null;
}

/** A list of columns whose combination has no null and no duplicate in the snapshot; `declared`: once rows are left out by `dedupe`. Best first; the first is the primary key. */
export interface Key {
  readonly columns: readonly string[];
  readonly source: 'declared' | 'measured';
}

/** What was measured of a claim about keys: how many there are, how many speak against it, and some of those with their rows. */
export interface KeyEvidence {
  readonly keys: number;
  readonly broken: number;
  /** `7 (3 rows)`, most rows first, at most three. */
  readonly samples: readonly string[];
}

/** Of rows that agree in `key` the latest counts, as the glossary says. */
export interface Deduplication {
  readonly key: readonly string[];
  readonly latestBy: readonly string[];
  /** How many keys there are, and of how many rows are left out. */
  readonly evidence: KeyEvidence;
  /** Of how many values of `key` several rows are alike in `latestBy` too. */
  readonly ties: number;
}

/** Rows that are in force for a time, as the glossary says: of each `key` one at a time. */
export interface History {
  readonly key: readonly string[];
  readonly start: string;
  /** Null: up to the next start of the same key. */
  readonly end: string | null;
  /** Each row ends on the day before the next begins, the last of each key is open: so the next start says as well when it ends. */
  readonly continuous?: true | undefined;
  /** Broken are keys with several rows in force at the same time. */
  readonly evidence: KeyEvidence;
}

/** Rows that are versions of something: each holds from one date to another, of each `key` one at a time, as was measured. */
export interface Versions {
  readonly key: readonly string[];
  readonly start: string;
  readonly end: string;
  /** Whether a row still holds on the day of its `end`. */
  readonly endsIncluded: boolean;
}

export interface Dataset {
  readonly name: string;
  readonly description: string;
  readonly synonyms: readonly string[];
  readonly owner: string | null;
  readonly domain: string | null;
  /** Expected refresh: hourly, daily, weekly, monthly; null where nobody says. */
  readonly freshness: string | null;
  readonly format: SourceFormat;
  /** Absolute path of the data root this dataset was found under: never leaves the machine or enters an artifact. */
  readonly root: string;
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly modifiedMs: number;
    readonly sha256: string;
  }[];
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly keys: readonly Key[];
  /** Columns named as the key of this table, of which a few values occur more than once; null or left out where there are none. */
  readonly nearKey?: readonly string[] | null | undefined;
  readonly dedupe?: Deduplication | null | undefined;
  readonly history?: History | null | undefined;
  readonly versions?: Versions | null | undefined;
  /** How often runs used it, as folded in by the last scan. */
  readonly popularity: number;
}

/** A measured or declared way from a dataset to another: rows of `from` meet rows of `to` on equal columns. */
export interface Relationship {
  readonly from: { readonly dataset: string; readonly columns: readonly string[] };
  readonly to: { readonly dataset: string; readonly columns: readonly string[] };
  /** Of `from` against `to`. many_to_many: neither side is a key. */
  readonly cardinality: 'many_to_one' | 'one_to_one' | 'many_to_many';
  readonly source: 'declared' | 'measured';
  /** What the way is called: `billing` in `billing_address_id`, or null. */
  readonly role: string | null;
  /** 0 to 1: how sure it is that this is a reference (names, types, inclusion, distribution). Declared: 1. */
  readonly score: number;
  /** Rows of `from` with a partner, without one, and with a null in the key. */
  readonly matched: number;
  readonly orphans: number;
  readonly nulls: number;
  /** Of `to`, where it is only nearly a key: what keeps rows from meeting one row. A plan that needs it is refused. */
  readonly nearKey?: KeyEvidence | null | undefined;
  /** Of `to`, where it is a history: rows meet the one in force. */
  readonly during?: (Pick<History, 'start' | 'end'> & { readonly evidence: KeyEvidence }) | null | undefined;
  /** `from` is a bridge: its column of parts. Broken are the keys whose parts do not add up to 1; `unshared` rows of `to` have no part at all. */
  readonly weight?:
    | { readonly column: string; readonly evidence: KeyEvidence; readonly unshared: number }
    | null
    | undefined;
}

export interface BusinessTerm {
  readonly term: string;
  readonly synonyms: readonly string[];
  readonly definition: string;
  readonly domain: string | null;
  readonly steward: string | null;
  readonly mapsTo: readonly { readonly dataset: string; readonly column: string | null; readonly confidence: number }[];
  /**
   * The rows that the term picks (`active customers`), where it stands for a condition: over columns of `dataset`, which is
   * also the id of their occurrence. Null where it names a thing.
   */
  readonly condition: { readonly dataset: string; readonly expression: Expression } | null;
  /** What the term computes of each row (`days to pay`), like a condition over columns of one dataset. Left out where it computes nothing. */
  readonly formula?: { readonly dataset: string; readonly expression: Expression; readonly type: DataType } | undefined;
}

/** A metric of the glossary, translated. Columns in `definition` refer to occurrences whose ids are dataset names. */
export interface Metric {
  readonly name: string;
  readonly label: string;
  readonly synonyms: readonly string[];
  readonly description: string;
  readonly unit: string | null;
  /** The dataset whose rows it folds; null for arithmetic over metrics of several. */
  readonly dataset: string | null;
  readonly definition: MeasureDefinition;
  readonly semiAdditive: { readonly over: string; readonly take: 'first' | 'last' } | null;
}

export interface GlossaryRule {
  readonly id: string;
  readonly dataset: string;
  readonly column: string | null;
  /** Over columns of occurrence `row`. */
  readonly condition: Expression;
  readonly severity: 'error' | 'warning';
  readonly description: string;
}

/** What a person answered when asked which reading of a request they mean. */
export interface SettledReading {
  readonly request: string;
  /** The echo of the reading. */
  readonly reading: string;
}

/** The catalog of one snapshot: everything known of the data, with the glossary folded in. */
export interface Catalog {
  readonly id: string;
  readonly datasets: readonly Dataset[];
  readonly relationships: readonly Relationship[];
  readonly terms: readonly BusinessTerm[];
  readonly metrics: readonly Metric[];
  readonly rules: readonly GlossaryRule[];
  readonly owners: readonly (Owner & { readonly owns: readonly string[] })[];
  readonly sla: ServiceLevel;
  /** Who may see what; left out where nobody says. */
  readonly access?: AccessPolicy | undefined;
  /** Requests whose reading was settled before. */
  readonly answers: readonly SettledReading[];
  /** Free texts and expressions of the glossary that could not be used, each with its place and reason. */
  readonly warnings: readonly string[];
  /** Files that could not be read, each with its reason; the rest was scanned. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Where a phrase occurs as a value of a text column. */
export interface ValueHit {
  readonly phrase: string;
  readonly dataset: string;
  readonly column: string;
  /** The value as stored. */
  readonly value: string;
  readonly rows: number;
  /** `exact`: equal after case and accent folding; `contains`: one of its words or a run of them; `near`: one typo away. */
  readonly match: 'exact' | 'contains' | 'near';
}

/** Some columns of a dataset. */
export interface ColumnsOf {
  readonly dataset: string;
  readonly columns: readonly string[];
}

/**
 * The port to the knowledge graph of one snapshot. Adapters: embedded (DuckDB file) and, later, Neo4j. One contract test
 * suite runs against all.
 */
export interface KnowledgeGraph {
  readonly catalog: Catalog;
  /**
   * Values of indexed text columns that equal or contain one of the phrases (any case). One call for a whole request.
   * Near ones are looked for only of `misspelt`, all phrases where it is left out. Where `within` is given, values of other
   * columns count for nothing: not for what is found, nor for how much of it is told.
   */
  findValues(
    phrases: readonly string[],
    misspelt?: readonly string[],
    within?: readonly ColumnsOf[],
  ): Promise<readonly ValueHit[]>;
  /**
   * What the words of `text` mean most likely, best first: tables, columns, terms and metrics. With `meanings` also what is
   * said in other words; raises what that raises.
   */
  search(text: string, limit: number, meanings?: Meanings): Promise<readonly SearchHit[]>;
  /** The datasets that words speak of, best first; each group is a word with what may stand for it, itself the first. */
  relevantDatasets(words: readonly (readonly WeightedWord[])[], limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
