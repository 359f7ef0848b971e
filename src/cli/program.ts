import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAskCommand } from './commands/ask.js';
import { addBuildCommand } from './commands/build.js';
import { addCatalogCommand } from './commands/catalog.js';
import { addEvalCommand } from './commands/eval.js';
import { addExplainCommand } from './commands/explain.js';
import { addExportCommand } from './commands/export.js';
import { addGenerateCommand } from './commands/generate.js';
import { addGraphCommand } from './commands/graph.js';
import { addLineageCommand } from './commands/lineage.js';
import { addLlmCommand } from './commands/llm.js';
import { addResumeCommand } from './commands/resume.js';
import { addRunsCommand } from './commands/runs.js';
import { addScanCommand } from './commands/scan.js';
import { addTraceCommand } from './commands/trace.js';
import { addVerifyCommand } from './commands/verify.js';
import type { SetExitCode } from './exit-codes.js';

/** The whole command line. What a command does is loaded when it runs, so that help is quick. */
export function makeProgram(setExitCode: SetExitCode): Command {
  const program = new Command('dpb')
    .description(
      'A data product compiler: a request in plain words over a folder of bronze data becomes a proven data product.',
    )
    .version(packageVersion(), '-V, --version')
    .showHelpAfterError('(dpb --help or dpb <command> --help shows what there is)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  dpb scan data/bronze                                     look at the data
  dpb ask "revenue by region last quarter"                 answer once
  dpb generate "monthly revenue and active customers by region"
                                                           define and build a product
  dpb build monthly_revenue_by_region --as-of 2026-06-30   a new build, for cron and CI
  dpb verify monthly_revenue_by_region                     prove it again

Exit codes: 0 done, 1 failed, 2 usage or refused, 3 needs clarification, 74 input/output, 75 locked.`,
    );
  for (const add of [
    addScanCommand,
    addAskCommand,
    addExplainCommand,
    addGenerateCommand,
    addBuildCommand,
    addVerifyCommand,
    addTraceCommand,
    addLineageCommand,
    addCatalogCommand,
    addExportCommand,
    addGraphCommand,
    addResumeCommand,
    addRunsCommand,
    addEvalCommand,
    addLlmCommand,
  ]) {
    add(program, setExitCode);
  }
  return program;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
  return 'unknown';
}
