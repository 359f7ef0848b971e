import type { DataType } from '../plan/data-type.js';
import type { TableShape } from '../plan/product.js';
import type { Relation, ResultColumn, Step } from '../plan/relational.js';
import { assertNever } from '../support/assert-never.js';
import { bug } from '../support/errors.js';

/** The relations that the expressions of one step may name, by alias, with the types of their columns. */
export interface RelationScope {
  /** More than one relation is in sight: columns must say whose they are. */
  readonly isJoined: boolean;
  /** The alias of the one step that outputs refer to; null where sources are read. */
  readonly stepAlias: string | null;
  /** Whether a source that is read has a column of that name, in any case. */
  hasSourceColumn(name: string): boolean;
  columnType(alias: string, column: string): DataType;
  outputType(name: string): DataType;
}

/** What is in sight above `relation`. Raises a bug where an expression names what is not there. */
export function relationScope(
  relation: Relation,
  sources: readonly TableShape[],
  steps: readonly Step[],
): RelationScope {
  const leaves = leavesOf(relation);
  const typed = new Map(
    leaves.map((leaf) => [
      leaf.alias,
      leaf.kind === 'scan' ? sourceColumns(leaf.dataset, sources) : stepColumns(leaf.step, steps),
    ]),
  );
  const typeIn = (
    columns: readonly { readonly name: string; readonly type: DataType }[] | undefined,
    name: string,
  ): DataType => {
    const found = columns?.find((column) => column.name === name);
    if (found === undefined) throw bug(`no column "${name}" is in sight`);
    return found.type;
  };
  const read = leaves.find(({ kind }) => kind === 'read');
  return {
    isJoined: leaves.length > 1,
    stepAlias: read?.alias ?? null,
    hasSourceColumn: (name) =>
      leaves
        .flatMap((leaf) => (leaf.kind === 'scan' ? sourceColumns(leaf.dataset, sources) : []))
        .some((column) => column.name.toLowerCase() === name.toLowerCase()),
    columnType: (alias, column) => typeIn(typed.get(alias), column),
    outputType: (name) => typeIn(read === undefined ? undefined : typed.get(read.alias), name),
  };
}

type Leaf = Extract<Relation, { kind: 'scan' | 'read' }>;

/** The scans and reads below `relation`, those inside set operations left out (each input has its own scope). */
function leavesOf(relation: Relation): readonly Leaf[] {
  switch (relation.kind) {
    case 'scan':
    case 'read':
      return [relation];
    case 'join':
      return [...leavesOf(relation.left), ...leavesOf(relation.right)];
    case 'filter':
    case 'aggregate':
    case 'project':
    case 'sort':
    case 'limit':
      return leavesOf(relation.input);
    case 'set':
    case 'periods':
      return [];
    default:
      return assertNever(relation);
  }
}

function sourceColumns(dataset: string, sources: readonly TableShape[]): TableShape['columns'] {
  const source = sources.find((candidate) => candidate.dataset === dataset);
  if (source === undefined) throw bug(`no dataset "${dataset}" among the sources`);
  return source.columns;
}

function stepColumns(name: string, steps: readonly Step[]): readonly ResultColumn[] {
  const step = steps.find((candidate) => candidate.name === name);
  if (step === undefined) throw bug(`step "${name}" is read before it is made`);
  return step.columns;
}
