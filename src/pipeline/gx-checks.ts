import { join } from 'node:path';
import { z } from 'zod';
import type { Engine } from '../engine/engine.js';
import { startLineProgram } from '../engine/line-program.js';
import { quoteIdentifier, quoteLiteral } from '../engine/sql-text.js';
import type { Product } from '../plan/product.js';
import type { OtherChecks } from '../proof/mutants/trial.js';
import { goldRelation } from '../proof/proof-context.js';
import { makeDirectory, readText, removeTree, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError, messageOf } from '../support/errors.js';
import { programOf } from './other-engines.js';

/** Checks of another tool that stand ready; they are closed when no more is asked. */
export interface ReadyChecks extends OtherChecks {
  readonly version: string | null;
  close(): Promise<void>;
}

/** One process for all tables: Great Expectations takes seconds to load. It runs the script of the definition as it stands. */
const driver = `import contextlib
import importlib
import io
import json
import runpy
import sys

try:
    version = importlib.import_module("great_expectations").__version__
    check = runpy.run_path(sys.argv[1])["main"]
except ImportError as error:
    sys.exit(str(error))
for line in sys.stdin:
    answer = {"version": version, "failing": []}
    if line.strip():
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output):
                check(line.rstrip("\\n"))
            told = [json.loads(text) for text in output.getvalue().splitlines() if text.startswith("{")]
            answer["failing"] = [outcome["rule"] for outcome in told if outcome["state"] != "holds"]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(answer), flush=True)
`;

const answerSchema = z.object({ version: z.string(), failing: z.array(z.string()), error: z.string().optional() });

/** What the checks of Great Expectations are made of. */
export interface GxInput {
  readonly product: Product;
  readonly engine: Engine;
  /** The evidence of the build, whose totals the suite looks for beside the table. */
  readonly evidencePath: string;
  /** A folder for what the process reads. */
  readonly folder: string;
  /** The Python to run; null for the one on PATH. */
  readonly python: string | null;
}

/**
 * The suite of the definition, run by Great Expectations on the gold table as it stands. Raises `tool.missing` where there is no
 * Python with it, `tool.failed` where it stops.
 */
export async function gxChecks({ product, engine, evidencePath, folder, python }: GxInput): Promise<ReadyChecks> {
  const { emitGreatExpectations } = await import('../packaging/emit/great-expectations.js');
  for (const { path, text } of emitGreatExpectations(product)) writeTextAtomic(join(folder, path), text);
  const script = join(folder, 'driver.py');
  writeTextAtomic(script, driver);
  const program = programOf('gx', python);
  const suite = join(folder, 'great_expectations/run.py');
  const process = startLineProgram(program, [script, suite], { GX_ANALYTICS_ENABLED: 'false' });
  const ask = async (line: string): Promise<z.infer<typeof answerSchema>> =>
    answerSchema.parse(JSON.parse(await process.ask(line)));
  // Beside the gold table of the build lies its evidence; one that comes of other sources would have evidence of its own.
  const [built, made] = [join(folder, 'built'), join(folder, 'made')];
  makeDirectory(made);
  writeTextAtomic(join(built, 'evidence.json'), readText(evidencePath));
  const known = new Map<string, readonly string[]>();
  let version: string;
  try {
    version = (await ask('')).version;
  } catch (thrown) {
    throw dpbError('tool.missing', { tool: 'gx', named: program, reason: messageOf(thrown) });
  }
  return {
    name: 'gx',
    version: `Great Expectations ${version}`,
    // A table with the rows of one that was looked at says the same.
    failing: async (changed) => {
      const table = join(changed === null ? built : made, 'table.parquet');
      const rows = `${table} ${await rowsMark(engine)}`;
      const before = known.get(rows);
      if (before !== undefined) return before;
      removeTree(table);
      await engine.run(
        `COPY (SELECT * FROM ${quoteIdentifier(goldRelation)}) TO ${quoteLiteral(table)} (FORMAT parquet)`,
      );
      const { failing, error } = await ask(table);
      if (error !== undefined) throw dpbError('tool.failed', { tool: 'Great Expectations', reason: error });
      known.set(rows, failing);
      return failing;
    },
    close: () => process.close(),
  };
}

/** A mark of the rows of the gold table, whatever their order. */
async function rowsMark(engine: Engine): Promise<string> {
  const { rows } = await engine.query(
    `SELECT count(*), bit_xor(hash(g))::VARCHAR, sum(hash(g)::HUGEINT)::VARCHAR FROM ${quoteIdentifier(goldRelation)} AS g`,
  );
  return JSON.stringify(rows.map((row) => row.map(String)));
}
