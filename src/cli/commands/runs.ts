import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { RunStats } from '../../pipeline/run-stats.js';
import { exitCodes, type SetExitCode } from '../exit-codes.js';
import { type OutputFlags, type UserFlags, withOutputOptions, withUserOptions } from '../options.js';
import { settingsFor } from '../request.js';
import { seen } from '../seen.js';
import { terminalFor } from '../terminal.js';

export function addRunsCommand(program: Command, setExitCode: SetExitCode): void {
  const runs = program
    .command('runs')
    .description('List the runs of this workspace, or show one.')
    .addHelpText('after', '\nExamples:\n  dpb runs list\n  dpb runs show nightly-1');
  const list = runs
    .command('list')
    .description('All runs, oldest first, with how they ended.')
    .addHelpText('after', '\nExamples:\n  dpb runs list\n  dpb runs list --json');
  withOutputOptions(withUserOptions(list)).action(async (flags: OutputFlags & UserFlags) => {
    const terminal = terminalFor(flags);
    const { readRunRequest, readRunResult } = await import('../../pipeline/runs.js');
    const settings = await settingsFor(flags);
    const { workspace } = settings;
    for (const runId of (await seen(settings)).runs()) {
      const result = readRunResult(workspace, runId);
      const request = result?.request ?? readRunRequest(workspace, runId).request.text;
      const row = { run_id: runId, status: result?.status ?? 'unfinished', product: result?.product ?? null, request };
      terminal.out(
        terminal.json
          ? `${JSON.stringify(row)}\n`
          : `${row.run_id}  ${row.status}  ${row.product ?? '-'}  ${row.request}\n`,
      );
    }
    setExitCode(exitCodes.done);
  });
  addStatsCommand(runs, setExitCode);
  const show = runs
    .command('show')
    .argument('<run-id>', 'a run of `dpb runs list`')
    .description('One run: its request, result and events.')
    .addHelpText('after', '\nExample:\n  dpb runs show nightly-1');
  withOutputOptions(withUserOptions(show)).action(async (runId: string, flags: OutputFlags & UserFlags) => {
    const terminal = terminalFor(flags);
    const { hasRequest, readRunRequest, readRunResult, runDirectory } = await import('../../pipeline/runs.js');
    const settings = await settingsFor(flags);
    const { workspace } = settings;
    (await seen(settings)).requireRun(runId);
    const result = readRunResult(workspace, runId);
    // A build from a product file has a result, but no request of its own.
    const isBuild = result !== null && !hasRequest(workspace, runId);
    const request = isBuild ? null : readRunRequest(workspace, runId).request;
    if (terminal.json) {
      terminal.out(`${JSON.stringify({ run_id: runId, request: request ?? { text: result?.request }, result })}\n`);
    } else {
      const text = request?.text ?? result?.request ?? '';
      terminal.out(`run      ${runId}\nrequest  ${text}\nstatus   ${result?.status ?? 'unfinished'}\n`);
      if (result?.message) terminal.out(`why      ${result.message}\n`);
      if (result?.product) terminal.out(`product  ${result.product}\n`);
      if (result?.buildId) terminal.out(`build    ${result.buildId}\n`);
      terminal.out(readFileSync(join(runDirectory(workspace, runId), 'events.jsonl'), 'utf8'));
    }
    setExitCode(exitCodes.done);
  });
}

interface StatsFlags extends OutputFlags, UserFlags {
  readonly metricsFile?: string;
}

function addStatsCommand(runs: Command, setExitCode: SetExitCode): void {
  const stats = runs
    .command('stats')
    .description('How the runs ended, and what asking a language model came to: calls, tokens, cost, times.')
    .option('--metrics-file <file>', 'write the figures for Prometheus there')
    .addHelpText(
      'after',
      '\nExamples:\n  dpb runs stats\n  dpb runs stats --metrics-file /var/lib/node_exporter/dpb.prom',
    );
  withOutputOptions(withUserOptions(stats)).action(async (flags: StatsFlags) => {
    const terminal = terminalFor(flags);
    const { runStats } = await import('../../pipeline/run-stats.js');
    const settings = await settingsFor(flags);
    const found = runStats(settings, (await seen(settings)).runs(), Date.now());
    if (flags.metricsFile !== undefined) {
      const { prometheusText } = await import('../../pipeline/prometheus-text.js');
      const { writeTextAtomic } = await import('../../support/atomic-files.js');
      writeTextAtomic(flags.metricsFile, prometheusText(found));
    }
    terminal.out(terminal.json ? `${JSON.stringify(found)}\n` : statsText(found));
    setExitCode(exitCodes.done);
  });
}

function statsText({ runs, statuses, successRate, steps, graph, llm }: RunStats): string {
  const questions = Object.entries(graph).map(
    ([question, { count, medianMs, p95Ms }]) => `${count} of ${question}, ${medianMs} ms (p95 ${p95Ms})`,
  );
  const agents = Object.entries(steps).map(([step, { medianMs, p95Ms }]) => `${step} ${medianMs} ms (p95 ${p95Ms})`);
  const ended = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const outcomes = Object.entries(llm.outcomes).map(([outcome, count]) => `${count} ${outcome.replaceAll('_', ' ')}`);
  const times = llm.latencyMedianMs === null ? '-' : `${llm.latencyMedianMs} ms, p95 ${llm.latencyP95Ms} ms`;
  return [
    `runs     ${runs}${ended.length === 0 ? '' : `: ${ended.join(', ')}`}`,
    ...(successRate === null ? [] : [`success  ${(100 * successRate).toFixed(0)} % of those that ended`]),
    ...(agents.length === 0 ? [] : [`agents   ${agents.join(', ')}`]),
    ...(questions.length === 0 ? [] : [`graph    ${questions.join(', ')}`]),
    `model    ${llm.attempts} calls${outcomes.length === 0 ? '' : `: ${outcomes.join(', ')}`}, ${llm.retries} retries, ${llm.cached} answered before${llm.breakerOpen ? ', left alone for its failures' : ''}`,
    `tokens   ${llm.inputTokens} in, ${llm.outputTokens} out`,
    `cost     $${llm.dollars.toFixed(4)}, today $${llm.dollarsToday.toFixed(4)}`,
    `latency  ${times}`,
  ]
    .join('\n')
    .concat('\n');
}
