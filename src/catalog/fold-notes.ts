import type { GlossaryPath, GlossaryProblem, ReadGlossary } from './glossary.js';
import { UnknownNameError } from './glossary-names.js';
import { SqlTextError } from './sql-tree.js';

/** Collects what is wrong and what is left aside while the parts of a glossary are folded in. */
export class FoldNotes {
  readonly problems: GlossaryProblem[] = [];
  readonly warnings: string[] = [];
  readonly #glossary: ReadGlossary;

  constructor(glossary: ReadGlossary) {
    this.#glossary = glossary;
  }

  warn(path: GlossaryPath, message: string): void {
    this.warnings.push(`${this.#glossary.place(path)}: ${message}`);
  }

  /** What `act` gives; null, with the problem noted, where a name is unknown or a text does not translate. */
  async guard<Result>(path: GlossaryPath, act: () => Result | Promise<Result>): Promise<Result | null> {
    try {
      return await act();
    } catch (thrown) {
      if (thrown instanceof UnknownNameError) this.problems.push({ path, problem: thrown.message, near: thrown.near });
      else if (thrown instanceof SqlTextError)
        this.problems.push({ path, offset: thrown.offset, problem: thrown.message, near: thrown.near });
      else throw thrown;
      return null;
    }
  }
}
