import { emitAirflow } from './emit/airflow.js';
import { emitContract } from './emit/contract.js';
import { emitDataProduct } from './emit/data-product.js';
import { emitDbtProject } from './emit/dbt.js';
import { emitGreatExpectations } from './emit/great-expectations.js';
import { emitLineage } from './emit/lineage.js';
import { emitOpenLineage } from './emit/openlineage.js';
import { emitPlan } from './emit/plan-json.js';
import { emitProductFile } from './emit/product-file.js';
import { emitProductSql } from './emit/product-sql.js';
import { emitPythonJob } from './emit/python-job.js';
import { emitReadme } from './emit/readme.js';
import { emitSchedules } from './emit/schedules.js';
import { emitSparkJob } from './emit/spark-job.js';
import type { Emitter } from './emitter.js';

/** What is in every definition: all else follows from it. */
export const alwaysEmitted: readonly Emitter[] = [emitProductFile];

/**
 * Every other artifact of a definition but the manifest, by the name that people ask for it. To add one: a file in emit/, a
 * line here, its goldens.
 */
export const artifacts = {
  'data-product': [emitDataProduct],
  contract: [emitContract],
  plan: [emitPlan],
  sql: [emitProductSql],
  python: [emitPythonJob],
  spark: [emitSparkJob],
  dbt: [emitDbtProject],
  'great-expectations': [emitGreatExpectations],
  lineage: [emitLineage, emitOpenLineage],
  airflow: [emitAirflow],
  schedule: [emitSchedules],
  readme: [emitReadme],
} as const satisfies Readonly<Record<string, readonly Emitter[]>>;

/** The name of an artifact. */
export type ArtifactName = keyof typeof artifacts;
