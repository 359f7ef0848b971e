import { canonicalJson } from '../../support/canonical-json.js';
import type { Emitter } from '../emitter.js';
import { goldSuite, sourceSuites } from '../expectations.js';
import { expectationsRunner } from './expectations-runner.js';

/**
 * The rules of the gold table as a suite and a checkpoint of Great Expectations 1.x, those of the sources and what joins rest on
 * as suites beside them, and the script that runs them on a build.
 */
export const emitGreatExpectations: Emitter = ({ file }) => {
  const checkpoint = { name: file.name, result_format: { result_format: 'BOOLEAN_ONLY' } };
  const json = (value: unknown): string => `${canonicalJson(value, 2)}\n`;
  return [
    { path: 'great_expectations/suite.json', text: json(goldSuite(file)), executable: false },
    { path: 'great_expectations/sources.json', text: json(sourceSuites(file, null)), executable: false },
    { path: 'great_expectations/checkpoint.json', text: json(checkpoint), executable: false },
    { path: 'great_expectations/run.py', text: expectationsRunner(file), executable: true },
  ];
};
