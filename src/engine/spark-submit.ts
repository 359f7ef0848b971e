import { delimiter, dirname, join } from 'node:path';
import { dpbError } from '../support/errors.js';
import { runJob } from './run-job.js';
import { findProgram } from './run-program.js';

/** How Spark is started. */
export interface SparkLaunch {
  /** The spark-submit to run; null for the one of SPARK_HOME, else of PATH. */
  readonly submit: string | null;
  /** `local[*]`, `yarn`, `spark://host:7077`; null for what spark-submit takes by itself. */
  readonly master: string | null;
  /** Arguments in front of the script, one each. */
  readonly options: readonly string[];
}

/** The spark-submit that a launch means. Raises `spark.missing`. */
function sparkSubmitPath({ submit }: SparkLaunch, home: string | undefined): string {
  const name = process.platform === 'win32' ? 'spark-submit.cmd' : 'spark-submit';
  const found = findProgram(submit, [name], home ? [join(home, 'bin')] : []);
  if (found === null) throw dpbError('spark.missing', { named: submit });
  return found;
}

/** An argument line as a shell would take it apart: at spaces, but for what stands in quotes. Nothing else means anything. */
export function splitArguments(line: string): readonly string[] {
  const parts = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, (_whole, double, single) => double ?? single));
}

/**
 * Runs a job through spark-submit, without a shell; gives Spark's version. `onEvent` gets the names of its events. Raises
 * `spark.missing` where it cannot be started, `spark.failed` with what the job said last where it ends badly.
 */
export async function runSparkJob(
  launch: SparkLaunch,
  script: string,
  given: readonly string[],
  onEvent: (message: string) => void,
): Promise<string | null> {
  const path = sparkSubmitPath(launch, process.env.SPARK_HOME);
  const master = launch.master === null ? [] : ['--master', launch.master];
  const end = await runJob(path, [...master, ...launch.options, script, ...given], {
    name: 'Spark',
    versionField: 'spark',
    // A spark-submit that pip installed asks the python3 beside it where Spark lies.
    environment: { PATH: `${dirname(path)}${delimiter}${process.env.PATH ?? ''}` },
    onEvent,
  });
  if (end.status === 'failed') throw dpbError('spark.failed', { reason: end.reason });
  return end.version;
}
