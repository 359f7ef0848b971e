import { type Command, Option } from 'commander';
import type { Answer } from '../../pipeline/answer.js';
import { answerData } from '../../pipeline/answer-data.js';
import type { Session } from '../../pipeline/session.js';
import { meantRequest } from '../choose-reading.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { commandModel } from '../model.js';
import {
  type RequestFlags,
  withInteractiveOption,
  withModelOptions,
  withModelSqlOption,
  withOutputOptions,
  withRequestOptions,
} from '../options.js';
import { reportError } from '../report-error.js';
import { requestFor, settingsFor } from '../request.js';
import { sayMadeByModel, sayReading, sayUnanswered, unansweredExitCode } from '../selection-text.js';
import { type Terminal, terminalFor } from '../terminal.js';
import { withSession } from '../with-session.js';

type Format = 'table' | 'json' | 'csv' | 'parquet';

interface AskFlags extends RequestFlags {
  readonly format?: Format;
  readonly output?: string;
}

export function addAskCommand(program: Command, setExitCode: SetExitCode): void {
  const command = program
    .command('ask')
    .argument('<request>', 'what you want to know, in plain words')
    .description('Read, plan and run a request and print the rows. Writes no product; the reading goes to stderr.')
    .addOption(new Option('-f, --format <format>', 'how to print rows').choices(['table', 'json', 'csv', 'parquet']))
    .option('-o, --output <file>', 'write there instead of stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb ask "orders by status"\n  dpb ask "top 5 products by revenue" --format csv > top.csv',
    );
  withOutputOptions(withModelSqlOption(withModelOptions(withInteractiveOption(withRequestOptions(command))))).action(
    async (text: string, flags: AskFlags) => {
      const terminal = terminalFor({ ...flags, json: false });
      const format: Format = flags.format ?? (flags.json === true ? 'json' : 'table');
      const settings = await settingsFor(flags);
      const { answer } = await import('../../pipeline/answer.js');
      const request = await meantRequest(terminal, settings, requestFor(text, flags, settings), flags);
      await withSession(terminal, settings, async (session) => {
        const answered = await answer(session, request, true, commandModel(terminal, settings));
        terminal.endProgress();
        if (format === 'json') await print(terminal, `${JSON.stringify(answerData(answered))}\n`, flags.output);
        setExitCode(await tell(terminal, session, answered, format, flags.output));
      });
    },
  );
}

async function tell(
  terminal: Terminal,
  session: Session,
  answered: Answer,
  format: Format,
  output: string | undefined,
): Promise<number> {
  if (answered.error !== null) return reportError(terminal, answered.error);
  if (answered.table === null) {
    sayUnanswered(terminal, answered.selection);
    if (answered.madeByModel !== null) sayMadeByModel(terminal, answered.madeByModel);
    return unansweredExitCode(answered.selection.status);
  }
  sayReading(terminal, answered.selection);
  if (answered.madeByModel !== null) sayMadeByModel(terminal, answered.madeByModel);
  if (format === 'parquet' && answered.madeByModel !== null) {
    const { writeMadeByModel } = await import('../table-files.js');
    await writeMadeByModel(answered.table, output);
  } else if (format === 'parquet') {
    const { writeParquet } = await import('../table-files.js');
    const { withAnswerEngine } = await import('../../pipeline/answer.js');
    await withAnswerEngine(session, answered, (engine, sql) => writeParquet(engine, sql, output));
  } else if (format !== 'json') {
    const { markedAsModels, renderCsv, renderTable } = await import('../table-text.js');
    const table = answered.madeByModel === null ? answered.table : markedAsModels(answered.table);
    await print(terminal, format === 'csv' ? renderCsv(table) : renderTable(table), output);
  }
  return exitCodes.done;
}

async function print(terminal: Terminal, text: string, output: string | undefined): Promise<void> {
  if (output === undefined) {
    terminal.out(text);
    return;
  }
  const { writeTextAtomic } = await import('../../support/atomic-files.js');
  writeTextAtomic(output, text);
}
