import type { Command } from 'commander';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { sayModel } from '../model.js';
import { type OutputFlags, withOutputOptions } from '../options.js';
import { settingsFor } from '../request.js';
import { terminalFor } from '../terminal.js';

export function addLlmCommand(program: Command, setExitCode: SetExitCode): void {
  const llm = program
    .command('llm')
    .description('Look after the language model that may read requests.')
    .addHelpText('after', '\nExample:\n  dpb llm retry <dead-letter>');
  const retry = llm
    .command('retry')
    .argument('<dead-letter>', 'the name of a file in .dpb/llm/dead-letters, without .json')
    .description('Ask a question again that no attempt could get answered; the answer is kept for the next run.')
    .addHelpText('after', '\nExample:\n  dpb llm retry 0f3a…');
  withOutputOptions(retry).action(async (letter: string, flags: OutputFlags) => {
    const terminal = terminalFor(flags);
    const settings = await settingsFor({ ...flags, llm: 'require' });
    const { retryDeadLetter } = await import('../../pipeline/retry-letter.js');
    const { requiredModel } = await import('../model.js');
    const model = requiredModel(settings, `retry-${letter}`, (note) => sayModel(terminal, note));
    const text = await retryDeadLetter(settings.workspace, letter, model);
    terminal.endProgress();
    if (terminal.json) terminal.out(`${JSON.stringify({ status: 'answered', answer: text })}\n`);
    else terminal.say('Answered; the next run with the same request takes this answer.');
    setExitCode(exitCodes.done);
  });
}
