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
import type { Emitter } from './emitter.js';

/** Every artifact of a definition but the manifest. To add one: a file in emit/, a line here, its goldens. */
export const emitters: readonly Emitter[] = [
  emitProductFile,
  emitDataProduct,
  emitContract,
  emitPlan,
  emitProductSql,
  emitPythonJob,
  emitDbtProject,
  emitGreatExpectations,
  emitLineage,
  emitOpenLineage,
  emitAirflow,
  emitSchedules,
  emitReadme,
];
