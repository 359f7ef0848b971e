import type { Engine } from '../engine/engine.js';
import type { AggregateMeasure, Expression, MeasureDefinition } from '../plan/query.js';
import { type ResolveColumn, typeOfExpression, typeOfMeasure } from '../plan/typing.js';
import { DpbError } from '../support/errors.js';
import type { Dataset, GlossaryRule, Metric, Relationship } from './catalog.js';
import type { FoldNotes } from './fold-notes.js';
import { nearNames } from './glossary.js';
import { columnResolver, NameFinder, UnknownNameError } from './glossary-names.js';
import type { GlossaryFile, GlossaryMetric } from './glossary-schema.js';
import { takenAtOneTime } from './series.js';
import { bothOf, type ExpressionScope, metricNamesIn, parseSqlExpression, parseSqlMeasure } from './sql-expression.js';
import { SqlTextError } from './sql-tree.js';

interface Surroundings {
  readonly datasets: readonly Dataset[];
  readonly relationships: readonly Relationship[];
}

/** The metrics of the glossary as measures over the datasets. Those that others name are translated first. */
export async function translateMetrics(
  engine: Engine,
  catalog: Surroundings,
  metrics: readonly GlossaryMetric[],
  notes: FoldNotes,
): Promise<readonly Metric[]> {
  const translation = new MetricTranslation(engine, catalog, metrics, notes);
  return await translation.all();
}

class MetricTranslation {
  readonly #engine: Engine;
  readonly #catalog: Surroundings;
  readonly #finder: NameFinder;
  readonly #metrics: readonly GlossaryMetric[];
  readonly #notes: FoldNotes;
  readonly #done = new Map<string, MeasureDefinition>();
  readonly #semiAdditive = new Map<string, Metric['semiAdditive']>();
  readonly #failed = new Set<string>();

  constructor(engine: Engine, catalog: Surroundings, metrics: readonly GlossaryMetric[], notes: FoldNotes) {
    this.#engine = engine;
    this.#catalog = catalog;
    this.#finder = new NameFinder(catalog.datasets);
    this.#metrics = metrics;
    this.#notes = notes;
  }

  async all(): Promise<readonly Metric[]> {
    this.#noteRepeats();
    const translated: Metric[] = [];
    for (const [index, metric] of this.#metrics.entries()) {
      const definition = await this.#definition(metric, index, []);
      if (definition === null) continue;
      translated.push({
        name: metric.name,
        label: metric.label ?? metric.name,
        synonyms: metric.synonyms ?? [],
        description: metric.description ?? '',
        unit: metric.unit ?? null,
        dataset: homeOf(definition),
        definition,
        semiAdditive: this.#semiAdditive.get(metric.name.toLowerCase()) ?? null,
      });
    }
    return translated;
  }

  #noteRepeats(): void {
    const names = this.#metrics.map(({ name }) => name.toLowerCase());
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index)
        this.#notes.problems.push({
          path: ['metrics', index, 'name'],
          problem: `another metric is named "${name}" too`,
        });
    }
  }

  /** Null where the metric, or one that it names, does not translate; the problem is noted once. */
  async #definition(
    metric: GlossaryMetric,
    index: number,
    around: readonly string[],
  ): Promise<MeasureDefinition | null> {
    const key = metric.name.toLowerCase();
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    if (this.#failed.has(key)) return null;
    const translated = await this.#notes.guard(['metrics', index, 'expression'], () =>
      this.#translate(metric, index, [...around, key]),
    );
    if (translated === null) {
      this.#failed.add(key);
      return null;
    }
    const semiAdditive = await this.#semiAdditiveOf(metric, index, translated);
    const home = homeOf(translated);
    // Metrics that name this one take it as it is: a balance is no sum over days inside a ratio either.
    const definition =
      semiAdditive === null || home === null
        ? translated
        : takenAtOneTime(translated, this.#finder.dataset(home), semiAdditive);
    this.#semiAdditive.set(key, semiAdditive);
    this.#done.set(key, definition);
    return definition;
  }

  async #translate(
    metric: GlossaryMetric,
    index: number,
    around: readonly string[],
  ): Promise<MeasureDefinition | null> {
    const { table } = metric;
    const home =
      table === undefined
        ? null
        : await this.#notes.guard(['metrics', index, 'table'], () => this.#finder.dataset(table));
    if (table !== undefined && home === null) return null;
    for (const name of await metricNamesIn(this.#engine, metric.expression)) {
      const otherIndex = this.#metrics.findIndex((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      const other = this.#metrics[otherIndex];
      if (other === undefined) continue;
      if (around.includes(other.name.toLowerCase()))
        throw new UnknownNameError(`the metric refers to itself by way of "${other.name}"`, []);
      if ((await this.#definition(other, otherIndex, around)) === null) return null;
    }
    const scope = this.#scope(home);
    const definition = await parseSqlMeasure(this.#engine, metric.expression, scope);
    const { filter } = metric;
    const condition =
      filter === undefined
        ? null
        : await this.#notes.guard(['metrics', index, 'filter'], () => this.#condition(filter, scope));
    if (filter !== undefined && condition === null) return null;
    const filtered = condition === null ? definition : withFilter(definition, condition);
    checkTyped(() => typeOfMeasure(filtered, typesOf(this.#catalog.datasets, null)));
    return filtered;
  }

  async #condition(text: string, scope: ExpressionScope): Promise<Expression> {
    const condition = await parseSqlExpression(this.#engine, text, scope);
    requireBoolean(condition, typesOf(this.#catalog.datasets, null));
    return condition;
  }

  #scope(home: Dataset | null): ExpressionScope {
    return {
      column: columnResolver(this.#finder, home, this.#catalog.relationships, (dataset) => dataset),
      metric: (name) => {
        const found = this.#done.get(name.toLowerCase());
        if (found !== undefined) return found;
        const names = this.#metrics.map((metric) => metric.name);
        const near = nearNames(name, names);
        if (near.length > 0)
          throw new UnknownNameError(
            `"${name}" is neither a metric nor inside an aggregate such as SUM or COUNT`,
            near,
          );
        return null;
      },
      home: home?.name ?? null,
    };
  }

  async #semiAdditiveOf(
    metric: GlossaryMetric,
    index: number,
    definition: MeasureDefinition,
  ): Promise<Metric['semiAdditive']> {
    const declared = metric.semi_additive;
    if (declared === undefined) return null;
    const column = await this.#notes.guard(['metrics', index, 'semi_additive', 'over'], () => {
      const home = homeOf(definition);
      if (home === null) throw new UnknownNameError('only a metric of one table can be semi-additive', []);
      return this.#finder.column(this.#finder.dataset(home), declared.over);
    });
    return column === null ? null : { over: column.name, take: declared.take };
  }
}

/** The conditions of rules; their columns are of the occurrence `row`. */
export async function translateRules(
  engine: Engine,
  catalog: Surroundings,
  rules: NonNullable<GlossaryFile['rules']>,
  notes: FoldNotes,
): Promise<readonly GlossaryRule[]> {
  const finder = new NameFinder(catalog.datasets);
  const translated: GlossaryRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const path = ['rules', index];
    const repeated = rules.findIndex(({ id }) => id === rule.id) < index;
    if (repeated) notes.problems.push({ path: [...path, 'id'], problem: `another rule has the id "${rule.id}" too` });
    const dataset = await notes.guard([...path, 'table'], () => finder.dataset(rule.table));
    if (dataset === null) continue;
    const { column: named } = rule;
    const column =
      named === undefined ? null : await notes.guard([...path, 'column'], () => finder.column(dataset, named));
    const condition = await notes.guard([...path, 'condition'], async () => {
      const scope = {
        column: columnResolver(finder, dataset, [], () => 'row'),
        metric: () => null,
        home: dataset.name,
      };
      const expression = await parseSqlExpression(engine, rule.condition, scope);
      requireBoolean(expression, typesOf(catalog.datasets, dataset.name));
      return expression;
    });
    if (condition === null || (named !== undefined && column === null)) continue;
    translated.push({
      id: rule.id,
      dataset: dataset.name,
      column: column?.name ?? null,
      condition,
      severity: rule.severity ?? 'warning',
      description: rule.description ?? '',
    });
  }
  return translated;
}

/** Types by dataset, or all of the one dataset that `row` stands for. */
export function typesOf(datasets: readonly Dataset[], row: string | null): ResolveColumn {
  return (table, column) => {
    const dataset = datasets.find(({ name }) => name === (row ?? table));
    const found = dataset?.columns.find(({ name }) => name === column);
    if (found === undefined) throw new SqlTextError(`there is no column "${column}" in ${table}`, 0);
    return { type: found.type, nullable: found.nullable };
  };
}

/** Raises SqlTextError for an expression that is neither true nor false. */
export function requireBoolean(expression: Expression, types: ResolveColumn): void {
  const { type } = checkTyped(() => typeOfExpression(expression, types));
  if (type.kind !== 'boolean') throw new SqlTextError('a condition is true or false, but this is neither', 0);
}

/** What does not fit by type is the fault of the text, not of the plan. */
export function checkTyped<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof DpbError && thrown.code === 'plan.invalid')
      throw new SqlTextError(thrown.message.replace(/^the plan is not valid: /, ''), 0);
    throw thrown;
  }
}

/** The condition on every aggregate inside. */
export function withFilter(definition: MeasureDefinition, condition: Expression): MeasureDefinition {
  switch (definition.kind) {
    case 'aggregate':
      return { ...definition, filter: bothOf(definition.filter, condition) };
    case 'ratio':
      return {
        ...definition,
        numerator: withFilter(definition.numerator, condition),
        denominator: withFilter(definition.denominator, condition),
      };
    case 'combine':
      return {
        ...definition,
        left: withFilter(definition.left, condition),
        right: withFilter(definition.right, condition),
      };
    default:
      return definition;
  }
}

/** The dataset whose rows are folded; null where there are several. */
export function homeOf(definition: MeasureDefinition): string | null {
  const homes = new Set(aggregatesOf(definition).map(({ home }) => home));
  const [only] = homes;
  return homes.size === 1 && only !== undefined ? only : null;
}

/** The aggregates that a measure is computed from. */
export function aggregatesOf(definition: MeasureDefinition): readonly AggregateMeasure[] {
  switch (definition.kind) {
    case 'aggregate':
      return [definition];
    case 'ratio':
      return [...aggregatesOf(definition.numerator), ...aggregatesOf(definition.denominator)];
    case 'combine':
      return [...aggregatesOf(definition.left), ...aggregatesOf(definition.right)];
    default:
      return [];
  }
}
