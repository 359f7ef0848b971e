import type { GoldTable, Owner, Product, QualityRule, ServiceLevel, SourceTable } from './product.js';
import type { TimeSettings, Unmatched } from './query.js';
import type { Reading, Selection } from './reading.js';

/** What was asked, with all settings that decide the result. Part of the state; never changed by an agent. */
export interface Request {
  readonly text: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly sla: Partial<ServiceLevel> | null;
  readonly useCaseId: string | null;
  readonly asOf: string;
  readonly time: TimeSettings;
  readonly unmatched: Unmatched;
  readonly strict: boolean;
  /** The echo of the reading that the person chose when asked; null where nobody was asked. */
  readonly chosen: string | null;
  /** Least confidence at which a reading is an answer, 0 to 1. */
  readonly threshold: number;
}

/** The SQL of the plan and what running it showed. */
export interface Transformation {
  readonly sql: string;
  readonly spark: Product['spark'];
  /** Names and types of the result as DuckDB gives them, checked equal to the model. */
  readonly schemaChecked: boolean;
  readonly estimatedRows: number;
  readonly rows: number;
  readonly lineage: Product['lineage'];
  readonly refresh: Product['refresh'];
}

/** Rule results of the definition run. */
export interface QualityReport {
  readonly rules: readonly QualityRule[];
  readonly results: readonly RuleResult[];
  readonly sla: readonly SlaResult[];
}

export interface RuleResult {
  readonly ruleId: string;
  readonly checkedRows: number;
  readonly failingRows: number;
  readonly passed: boolean;
}

/** One service-level item with its measured value; `passed` null where there is no target or it cannot be measured: `note` says why. */
export interface SlaResult {
  readonly item: 'freshness' | 'latency' | 'completeness' | 'accuracy';
  readonly target: string | null;
  readonly measured: string | null;
  readonly passed: boolean | null;
  readonly note: string;
}

/** A file of the definition, path relative to `products/<name>/`, forward slashes. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

/**
 * What the agents hand on. Each adds its own part and changes no other. It is plain data: checkpoints are this object.
 */
export interface RunState {
  readonly request: Request;
  readonly catalogId: string;
  readonly readings: readonly Reading[] | null;
  readonly selection: Selection | null;
  readonly model: GoldTable | null;
  readonly sources: readonly SourceTable[] | null;
  readonly owner: Owner | null;
  readonly sla: ServiceLevel | null;
  readonly transformation: Transformation | null;
  readonly quality: QualityReport | null;
  readonly product: Product | null;
  readonly files: readonly EmittedFile[] | null;
}
