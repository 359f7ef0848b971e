import type { Command } from 'commander';
import type { SearchHit } from '../../catalog/search/search-hit.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { commandWorld } from '../model.js';
import {
  type DataFlags,
  type ModelFlags,
  wholeNumber,
  withDataOptions,
  withGraphOptions,
  withModelOptions,
  withOutputOptions,
} from '../options.js';
import { settingsFor } from '../request.js';
import { terminalFor } from '../terminal.js';
import { withSession } from '../with-session.js';

interface SearchFlags extends DataFlags, ModelFlags {
  readonly limit?: number;
}

const shownHits = 20;

export function addCatalogCommand(program: Command, setExitCode: SetExitCode): void {
  const catalog = program
    .command('catalog')
    .description('What the catalog knows of the data.')
    .addHelpText('after', '\nExample:\n  dpb catalog search "order amount"');
  const search = catalog
    .command('search')
    .argument('<words>', 'what to look for, in plain words')
    .description('Find tables, columns, terms and metrics by their names, synonyms and descriptions, also misspelt.')
    .option('--limit <n>', `how many to show (default: ${shownHits})`, wholeNumber)
    .addHelpText('after', '\nExamples:\n  dpb catalog search "order amount"\n  dpb catalog search custmer --json');
  withOutputOptions(withModelOptions(withGraphOptions(withDataOptions(search)))).action(
    async (words: string, flags: SearchFlags) => {
      const terminal = terminalFor(flags);
      const settings = await settingsFor(flags);
      await withSession(terminal, settings, async ({ graph }) => {
        const { searchGraph } = await import('../../pipeline/search.js');
        const hits = await searchGraph(graph, settings, commandWorld(terminal), {
          words,
          limit: flags.limit ?? shownHits,
          onFailure: terminal.warn,
        });
        terminal.endProgress();
        terminal.out(terminal.json ? `${JSON.stringify({ hits })}\n` : hits.map(hitLine).join(''));
        setExitCode(hits.length === 0 ? exitCodes.clarification : exitCodes.done);
      });
    },
  );
}

function hitLine({ kind, dataset, name, score, evidence, likeness }: SearchHit): string {
  const where = kind === 'column' && dataset !== null ? `${dataset}.${name}` : name;
  const why = evidence.map(({ searched, found, match, fields }) =>
    match === 'exact' ? `"${found}" in ${fields.join(', ')}` : `"${found}" for "${searched}" in ${fields.join(', ')}`,
  );
  if (likeness !== undefined) why.push(`${likeness.toFixed(2)} alike in meaning`);
  return `${where}  ${kind}  ${score.toFixed(4)}  ${why.join('; ')}\n`;
}
