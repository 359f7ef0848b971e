import { dbtProject } from '../dbt/dbt-project.js';
import type { Emitter } from '../emitter.js';

/** The dbt project of the product. */
export const emitDbtProject: Emitter = (product) =>
  dbtProject(product).map((file) => ({ ...file, path: `dbt/${file.path}` }));
