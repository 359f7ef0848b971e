import { sourcesReadBy } from './plan-datasets.js';
import type { ProductFile } from './product.js';

/** What does not fit together in a product file; `path` are the keys that lead to it. */
export interface Inconsistency {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  /** The name that does not fit, and those that would have. */
  readonly name: string;
  readonly known: readonly string[];
}

/** Names in the file that refer to nothing, and names that stand twice: what a schema of each part alone cannot see. */
export function inconsistenciesOf(file: ProductFile): readonly Inconsistency[] {
  return [...namesTwice(file), ...modelProblems(file), ...planProblems(file), ...ruleProblems(file)];
}

function namesTwice({ model, sources, rules }: ProductFile): readonly Inconsistency[] {
  const twice = (names: readonly string[], path: readonly string[], key: string): readonly Inconsistency[] =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [{ path: [...path, index, key], problem: `"${name}" stands twice`, name, known: [] }],
    );
  return [
    // SQL compares names without case.
    ...twice(
      sources.map(({ dataset }) => dataset.toLowerCase()),
      ['sources'],
      'dataset',
    ),
    ...twice(
      model.columns.map(({ name }) => name.toLowerCase()),
      ['model', 'columns'],
      'name',
    ),
    ...twice(
      rules.map(({ id }) => id),
      ['rules'],
      'id',
    ),
  ];
}

function modelProblems({ model }: ProductFile): readonly Inconsistency[] {
  const known = model.columns.map(({ name }) => name);
  const unknown = (name: string, path: readonly (string | number)[]): readonly Inconsistency[] =>
    known.includes(name) ? [] : [{ path, problem: `there is no column "${name}" in the model`, name, known }];
  return [
    ...model.grain.flatMap((name, index) => unknown(name, ['model', 'grain', index])),
    ...model.sortBy.flatMap(({ column }, index) => unknown(column, ['model', 'sortBy', index, 'column'])),
    ...(model.partitionBy === null ? [] : unknown(model.partitionBy.column, ['model', 'partitionBy', 'column'])),
  ];
}

function planProblems({ plan, sources }: ProductFile): readonly Inconsistency[] {
  const known = sources.map(({ dataset }) => dataset);
  return sourcesReadBy(plan)
    .filter((dataset) => !known.includes(dataset))
    .map((dataset) => ({ path: ['plan', 'query'], problem: `there is no source "${dataset}"`, name: dataset, known }));
}

function ruleProblems({ rules, model, sources }: ProductFile): readonly Inconsistency[] {
  const datasets = sources.map(({ dataset }) => dataset);
  const unknownSource = (dataset: string, path: readonly (string | number)[]): Inconsistency => ({
    path,
    problem: `there is no source "${dataset}"`,
    name: dataset,
    known: datasets,
  });
  return rules.flatMap(({ target, check }, index): readonly Inconsistency[] => {
    if (target.kind === 'source' && !datasets.includes(target.dataset))
      return [unknownSource(target.dataset, ['rules', index, 'target'])];
    const source = target.kind === 'source' ? sources.find(({ dataset }) => dataset === target.dataset) : undefined;
    const known = (source?.columns ?? model.columns).map(({ name }) => name);
    const named = 'column' in check ? [check.column] : 'columns' in check ? check.columns : [];
    const columns = named
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: ['rules', index, 'check'],
        problem: `there is no column "${name}" to check`,
        name,
        known,
      }));
    const isAstray = check.kind === 'references' && !datasets.includes(check.toDataset);
    return isAstray ? [...columns, unknownSource(check.toDataset, ['rules', index, 'check', 'toDataset'])] : columns;
  });
}
