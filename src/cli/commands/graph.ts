import type { Command } from 'commander';
import type { GraphCounts } from '../../pipeline/graph-transfer.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { commandWorld } from '../model.js';
import {
  type DataFlags,
  type ModelFlags,
  type ProductFlags,
  withDataOptions,
  withGraphOptions,
  withModelOptions,
  withOutputOptions,
  withProductOptions,
} from '../options.js';
import { settingsFor } from '../request.js';
import { type Terminal, terminalFor } from '../terminal.js';

interface GraphCommandFlags extends DataFlags, ModelFlags, ProductFlags {
  readonly snapshot?: string;
}

export function addGraphCommand(program: Command, setExitCode: SetExitCode): void {
  const graph = program
    .command('graph')
    .description(
      'The knowledge graph of the data, of what people know, and of the products: on a Neo4j server, and as JSON lines.',
    )
    .addHelpText('after', '\nExamples:\n  dpb graph sync\n  dpb graph export graph.jsonl');
  addSync(graph, setExitCode);
  addExport(graph, setExitCode);
  addImport(graph, setExitCode);
  addShow(graph, setExitCode);
}

function addSync(graph: Command, setExitCode: SetExitCode): void {
  const command = graph
    .command('sync')
    .description(
      'Write the graph of this workspace to the Neo4j server of NEO4J_URI, in place of what dpb wrote there before; with the vectors of its names where a model of embeddings is configured.',
    )
    .addHelpText('after', '\nExample:\n  NEO4J_URI=neo4j://localhost:7687 NEO4J_PASSWORD_FILE=secret dpb graph sync');
  withModelOptions(withGraphFlags(command)).action(async (flags: GraphCommandFlags) => {
    const terminal = terminalFor(flags);
    const { syncGraph } = await import('../../pipeline/graph-transfer.js');
    const { graphServerSettings } = await import('../../pipeline/graph-server-settings.js');
    const graphServer = graphServerSettings(process.env);
    const { vectors, ...counts } = await syncGraph(
      { ...(await settingsFor(flags)), graphServer },
      commandWorld(terminal),
      { onProgress: terminal.progress, onFailure: terminal.warn },
    );
    tellCounts(terminal, counts, { vectors });
    if (!terminal.json && vectors > 0) terminal.out(`vectors\n  ${vectors}\n`);
    setExitCode(exitCodes.done);
  });
}

function addExport(graph: Command, setExitCode: SetExitCode): void {
  const command = graph
    .command('export')
    .argument('[file]', 'where to write; stdout where it is left out')
    .description('Write the graph as JSON lines: equal graphs are equal bytes.')
    .option('--snapshot <id>', 'the graph that was imported as this snapshot')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb graph export graph.jsonl\n  dpb graph export --snapshot 0123456789abcdef',
    );
  withGraphFlags(command).action(async (file: string | undefined, flags: GraphCommandFlags) => {
    const terminal = terminalFor(flags);
    const { exportedGraph, graphText, countsOf } = await import('../../pipeline/graph-transfer.js');
    const content = await exportedGraph(await settingsFor(flags), flags.snapshot ?? null, terminal.progress);
    terminal.endProgress();
    if (file === undefined) terminal.out(graphText(content));
    else {
      const { writeTextAtomic } = await import('../../support/atomic-files.js');
      writeTextAtomic(file, graphText(content));
      tellCounts(terminal, countsOf(content));
    }
    setExitCode(exitCodes.done);
  });
}

function addImport(graph: Command, setExitCode: SetExitCode): void {
  const command = graph
    .command('import')
    .argument('<file>', 'JSON lines that dpb graph export wrote')
    .description('Keep an exported graph: on the server with graph: neo4j, else as a snapshot of this workspace.')
    .addHelpText('after', '\nExample:\n  dpb graph import graph.jsonl');
  withGraphFlags(command).action(async (file: string, flags: GraphCommandFlags) => {
    const terminal = terminalFor(flags);
    const { importGraph } = await import('../../pipeline/graph-transfer.js');
    const { catalogId, counts } = await importGraph(await settingsFor(flags), file);
    if (!terminal.json) terminal.out(`snapshot ${catalogId}\n`);
    tellCounts(terminal, counts, { snapshot: catalogId });
    setExitCode(exitCodes.done);
  });
}

function addShow(graph: Command, setExitCode: SetExitCode): void {
  const command = graph
    .command('show')
    .description('How many nodes and edges of each kind the graph has.')
    .option('--snapshot <id>', 'the graph that was imported as this snapshot')
    .addHelpText('after', '\nExamples:\n  dpb graph show\n  dpb graph show --json');
  withGraphFlags(command).action(async (flags: GraphCommandFlags) => {
    const terminal = terminalFor(flags);
    const { countsOf, exportedGraph } = await import('../../pipeline/graph-transfer.js');
    const content = await exportedGraph(await settingsFor(flags), flags.snapshot ?? null, terminal.progress);
    tellCounts(terminal, countsOf(content));
    setExitCode(exitCodes.done);
  });
}

function withGraphFlags(command: Command): Command {
  return withOutputOptions(withGraphOptions(withProductOptions(withDataOptions(command))));
}

function tellCounts(terminal: Terminal, counts: GraphCounts, more: object = {}): void {
  terminal.endProgress();
  if (terminal.json) {
    terminal.out(`${JSON.stringify({ ...more, ...counts })}\n`);
    return;
  }
  const line = ([kind, count]: readonly [string, number]): string => `  ${kind} ${count}\n`;
  const lines = (kinds: Readonly<Record<string, number>>): string => Object.entries(kinds).map(line).join('');
  terminal.out(`nodes\n${lines(counts.nodes)}edges\n${lines(counts.edges)}`);
}
