import { canonicalJson } from '../../support/canonical-json.js';
import type { Emitter } from '../emitter.js';

/** The semantic plan alone, for programs that read JSON. */
export const emitPlan: Emitter = ({ file }) => [
  { path: 'plan.json', text: `${canonicalJson(file.plan, 2)}\n`, executable: false },
];
