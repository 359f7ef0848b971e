import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The parts of dependency-cruiser's JSON that the tests read. */
interface Dependency {
  readonly module: string;
  readonly resolved: string;
  readonly dependencyTypes: readonly string[];
}

interface CruiseResult {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly Dependency[];
  }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly ruleSetUsed: {
      readonly forbidden: readonly { readonly name: string; readonly comment?: string }[];
    };
    readonly totalCruised: number;
    readonly totalDependenciesCruised: number;
  };
}

/** Runs the repository's own rules over the `src` of a folder that has a tsconfig.json. */
export async function cruise(folder: string): Promise<CruiseResult> {
  const { stdout } = await execa(
    'depcruise',
    ['--config', `${root}/.dependency-cruiser.cjs`, '--output-type', 'json', 'src'],
    { cwd: folder, preferLocal: true, localDir: root, reject: false },
  );
  return JSON.parse(stdout) as CruiseResult;
}
