import { isMap, parseDocument } from 'yaml';
import { readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';
import type { SettledReading } from './catalog.js';

/**
 * Adds an answer to the glossary at `path`, with all that people wrote in it left as it is; makes the file where there is
 * none. Raises `input.invalid` where it is no glossary.
 */
export function rememberAnswer(path: string, answer: SettledReading): void {
  const document = parseDocument(readTextIfThere(path) ?? '');
  const [failure] = document.errors;
  if (failure !== undefined || (document.contents !== null && !isMap(document.contents)))
    throw dpbError('input.invalid', { what: path, problem: failure?.message.split('\n')[0] ?? 'not a glossary' });
  const answers: unknown = document.toJS()?.answers ?? [];
  if (!Array.isArray(answers)) throw dpbError('input.invalid', { what: path, problem: 'answers is not a list' });
  if (answers.length === 0) document.setIn(['answers'], document.createNode([answer]));
  else document.addIn(['answers'], document.createNode(answer));
  writeTextAtomic(path, document.toString({ lineWidth: 0 }));
}
