import { join } from 'node:path';
import { readDeadLetter, removeDeadLetter } from '../llm/dead-letters.js';
import { llmFolder, type Model } from './model.js';
import type { Workspace } from './workspace.js';

/** Asks the question of a dead letter again and gives the answer, which is kept; the letter goes. Raises `llm.*`, `io.read`. */
export async function retryDeadLetter(workspace: Workspace, letter: string, model: Model): Promise<string> {
  const folder = join(llmFolder(workspace), 'dead-letters');
  const answer = await model.ask(readDeadLetter(folder, letter));
  removeDeadLetter(folder, letter);
  return answer;
}
