import type { CaughtShare, MutationReport, SeenShare, ToolShare } from '../pipeline/mutate.js';
import type { Terminal } from './terminal.js';

/** Prints which seeded faults the checks saw: shares, then what survived with the rule that would have told it. */
export function tellMutants(terminal: Terminal, report: MutationReport): void {
  const { product, buildId, mutants: _each, ...rest } = report;
  if (terminal.json) {
    terminal.out(`${JSON.stringify({ product, build_id: buildId, ...jsonOf(rest), mutants: report.mutants })}\n`);
    return;
  }
  const line = (name: string, share: CaughtShare, seen: (tool: ToolShare) => SeenShare | undefined): string =>
    [
      `${name.padEnd(22)} ${percent(share.caught, share.mutants)} caught (${share.caught} of ${share.mutants})`,
      `${percent(share.byRules, share.mutants)} by the rules alone`,
      ...report.tools.map((tool) => `${percent(seen(tool)?.caught ?? 0, share.mutants)} by ${toolName(tool)}`),
    ].join(', ');
  terminal.out(`${line('all seeded faults', report.all, ({ all }) => all)}\n`);
  terminal.out(`${line('breaking ones', report.breaking, ({ breaking }) => breaking)}\n`);
  terminal.out(`${line('in the gold table', report.gold, ({ gold }) => gold)}\n`);
  terminal.out(`${line('in the sources', report.sources, ({ sources }) => sources)}\n`);
  for (const { fault, ...share } of report.byFault) {
    const seen = ({ byFault }: ToolShare): SeenShare | undefined => byFault.find((one) => one.fault === fault);
    if (share.mutants > 0) terminal.out(`  ${line(fault.replaceAll('_', ' '), share, seen).trimEnd()}\n`);
  }
  if (report.survivors.length === 0) return;
  terminal.out('\nSurvived, with the rule that would have told them:\n');
  for (const { dataset, column, fault, percents, telling } of report.survivors) {
    const where = [dataset ?? 'gold', ...(column === null ? [] : [column])].join('.');
    terminal.out(`  ${fault.replaceAll('_', ' ')} in ${where} (${percents.join(', ')}%): ${telling}\n`);
  }
}

const toolNames: Readonly<Record<string, string>> = { dbt: 'the tests of dbt', gx: 'the suite of Great Expectations' };

function toolName({ tool }: ToolShare): string {
  return toolNames[tool] ?? tool;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '  –  ' : `${((100 * part) / whole).toFixed(1).padStart(5)}%`;
}

function jsonOf({ byFault, ...shares }: Omit<MutationReport, 'product' | 'buildId' | 'mutants'>): object {
  const named = (share: CaughtShare): object => ({
    mutants: share.mutants,
    caught: share.caught,
    by_rules: share.byRules,
  });
  return {
    all: named(shares.all),
    breaking: named(shares.breaking),
    gold: named(shares.gold),
    sources: named(shares.sources),
    by_fault: byFault.map((share) => ({ fault: share.fault, ...named(share) })),
    tools: Object.fromEntries(
      shares.tools.map(({ tool, byFault: ofFaults, ...seen }) => [tool, { ...seen, by_fault: ofFaults }]),
    ),
    survivors: shares.survivors,
  };
}
