import type { Engine } from '../engine/engine.js';
import type { AggregateFunction, Expression, MeasureDefinition } from '../plan/query.js';
import { literalOf } from './sql-literal.js';
import { type ResolvedColumn, rowExpression, type SqlScope } from './sql-row-expression.js';
import { parseTree, type SqlNode, SqlTextError } from './sql-tree.js';

/** The names that an SQL text of the glossary may use. */
export interface ExpressionScope {
  /** What a column name (one or two parts) stands for. Raises SqlTextError for an unknown one. */
  readonly column: (names: readonly string[], offset: number) => ResolvedColumn;
  /** The definition of a metric of that name; null where there is none. */
  readonly metric: (name: string) => MeasureDefinition | null;
  /** The dataset whose rows are folded when the text does not show it otherwise. */
  readonly home: string | null;
}

/** A row expression, such as a filter or the condition of a rule. Raises SqlTextError for what a plan cannot say. */
export async function parseSqlExpression(engine: Engine, text: string, scope: ExpressionScope): Promise<Expression> {
  return rowExpression(await parseTree(engine, text), scope);
}

/**
 * A measure: aggregates over row expressions, metrics by name, and arithmetic of these. A division becomes a ratio, whose
 * `NULLIF(…, 0)` falls away as ratios are null on zero. Raises SqlTextError for what a plan cannot say.
 */
export async function parseSqlMeasure(
  engine: Engine,
  text: string,
  scope: ExpressionScope,
): Promise<MeasureDefinition> {
  return measureOf(await parseTree(engine, text), scope);
}

/** The names in a measure that stand outside of all aggregates: those of metrics. Raises SqlTextError where it does not parse. */
export async function metricNamesIn(engine: Engine, text: string): Promise<readonly string[]> {
  return namesOutside(await parseTree(engine, text));
}

function namesOutside(node: SqlNode): readonly string[] {
  if (node.text('class') === 'COLUMN_REF') return node.texts('column_names').slice(0, 1);
  if (node.text('class') === 'CAST') return namesOutside(node.node('child'));
  const isArithmetic = ['+', '-', '*', '/', 'nullif'].includes(node.text('function_name'));
  return isArithmetic ? node.nodes('children').flatMap(namesOutside) : [];
}

function measureOf(node: SqlNode, scope: ExpressionScope): MeasureDefinition {
  switch (node.text('class')) {
    case 'FUNCTION':
      return functionMeasure(node, scope);
    case 'COLUMN_REF': {
      const names = node.texts('column_names');
      const metric = names.length === 1 ? scope.metric(names[0] ?? '') : null;
      return (
        metric ?? node.refuse(`"${names.join('.')}" is neither a metric nor inside an aggregate such as SUM or COUNT`)
      );
    }
    case 'CONSTANT': {
      const literal = literalOf(node);
      if (literal.type === 'integer' || literal.type === 'decimal') return { kind: 'constant', value: literal.value };
      if (literal.type === 'double') return { kind: 'constant', value: String(literal.value) };
      return node.refuse('only a number can stand here');
    }
    case 'CAST':
      return castMeasure(node, scope);
    default:
      return node.refuse('a metric is made of aggregates such as SUM or COUNT, metrics, numbers and arithmetic');
  }
}

/** Casts to fractions only keep integers from being divided as such, which plans never do. */
function castMeasure(node: SqlNode, scope: ExpressionScope): MeasureDefinition {
  const type = node.node('cast_type').text('id');
  if (['DOUBLE', 'FLOAT', 'DECIMAL'].includes(type)) return measureOf(node.node('child'), scope);
  return node.refuse(`a measure cannot be cast to ${type.toLowerCase()}`);
}

const operators = { '+': 'add', '-': 'subtract', '*': 'multiply' } as const;

function functionMeasure(node: SqlNode, scope: ExpressionScope): MeasureDefinition {
  const name = node.text('function_name');
  const [left, right] = node.nodes('children');
  if (name === '/' && left !== undefined && right !== undefined)
    return ratioMeasure(measureOf(left, scope), denominatorOf(right, scope));
  if ((name === '+' || name === '-' || name === '*') && left !== undefined) {
    if (right === undefined) {
      const operand = measureOf(left, scope);
      return name === '-'
        ? { kind: 'combine', operator: 'multiply', left: { kind: 'constant', value: '-1' }, right: operand }
        : operand;
    }
    return combinedMeasure(operators[name], measureOf(left, scope), measureOf(right, scope));
  }
  return aggregateOf(node, scope);
}

/** `NULLIF(x, 0)` below a division is what a ratio means anyway. */
function denominatorOf(node: SqlNode, scope: ExpressionScope): MeasureDefinition {
  const [inner, zero] = node.nodes('children');
  if (
    node.text('class') === 'FUNCTION' &&
    node.text('function_name') === 'nullif' &&
    inner !== undefined &&
    zero !== undefined
  ) {
    const literal = zero.text('class') === 'CONSTANT' ? literalOf(zero) : null;
    const isZero =
      literal !== null && (literal.type === 'integer' || literal.type === 'decimal') && Number(literal.value) === 0;
    if (isZero) return measureOf(inner, scope);
  }
  return measureOf(node, scope);
}

const percentFactor = 100;

/** `100 * a / b` is a ratio in percent. */
export function ratioMeasure(numerator: MeasureDefinition, denominator: MeasureDefinition): MeasureDefinition {
  const scaled = percentOf(numerator);
  return { kind: 'ratio', numerator: scaled ?? numerator, denominator, factor: scaled === null ? 1 : percentFactor };
}

function percentOf(measure: MeasureDefinition): MeasureDefinition | null {
  if (measure.kind !== 'combine' || measure.operator !== 'multiply') return null;
  if (isHundred(measure.left)) return measure.right;
  return isHundred(measure.right) ? measure.left : null;
}

/** Arithmetic of two measures; a ratio times 100 is one in percent. */
export function combinedMeasure(
  operator: 'add' | 'subtract' | 'multiply',
  left: MeasureDefinition,
  right: MeasureDefinition,
): MeasureDefinition {
  const ratio =
    left.kind === 'ratio' && isHundred(right) ? left : right.kind === 'ratio' && isHundred(left) ? right : null;
  if (operator === 'multiply' && ratio !== null && ratio.factor === 1) return { ...ratio, factor: percentFactor };
  return { kind: 'combine', operator, left, right };
}

function isHundred(measure: MeasureDefinition): boolean {
  return measure.kind === 'constant' && Number(measure.value) === percentFactor;
}

const aggregates: Readonly<Record<string, AggregateFunction>> = {
  sum: 'sum',
  avg: 'avg',
  mean: 'avg',
  min: 'min',
  max: 'max',
  count: 'count',
  count_star: 'count',
  count_if: 'count',
  countif: 'count',
  median: 'median',
  quantile_cont: 'percentile',
  stddev: 'stddev',
  stddev_samp: 'stddev',
  arg_min: 'first',
  min_by: 'first',
  arg_max: 'last',
  max_by: 'last',
};

function aggregateOf(node: SqlNode, scope: ExpressionScope): MeasureDefinition {
  const name = node.text('function_name');
  const known = Object.hasOwn(aggregates, name) ? aggregates[name] : undefined;
  if (known === undefined) return node.refuse(`the aggregate ${name} cannot be used`);
  const isDistinct = node.flag('distinct');
  if (isDistinct && known !== 'count') return node.refuse(`${name} of distinct values cannot be used`);
  const used = new Set<string>();
  const tracking = trackingScope(scope, used);
  const ordered = node.node('order_bys').nodes('orders');
  const children = [...ordered.map((order) => order.node('expression')), ...node.nodes('children')];
  const [first, second] = children;
  const counting = name === 'count_if' || name === 'countif';
  const condition = node.has('filter') ? rowExpression(node.node('filter'), tracking) : null;
  const argument = first === undefined || counting ? null : rowExpression(first, tracking);
  const counted = counting && first !== undefined ? rowExpression(first, tracking) : null;
  const needsSecond = known === 'percentile' || known === 'first' || known === 'last';
  if (children.length > (needsSecond ? 2 : 1) || (needsSecond && second === undefined))
    return node.refuse(`${name} has another number of arguments`);
  const fraction = known === 'percentile' && second !== undefined ? fractionOf(second) : null;
  return {
    kind: 'aggregate',
    function: isDistinct ? 'count_distinct' : known,
    home: homeOf(node, scope, used),
    argument:
      argument !== null &&
      argument.kind === 'literal' &&
      known === 'count' &&
      !isDistinct &&
      argument.literal.type !== 'null'
        ? null
        : argument,
    filter: bothOf(condition, counted),
    fraction,
    orderedBy: (known === 'first' || known === 'last') && second !== undefined ? rowExpression(second, tracking) : null,
  };
}

function fractionOf(node: SqlNode): number {
  const literal = node.text('class') === 'CONSTANT' ? literalOf(node) : null;
  const fraction = literal === null || literal.type === 'null' ? Number.NaN : Number(literal.value);
  if (!(fraction >= 0 && fraction <= 1)) return node.refuse('a percentile is a number from 0 to 1');
  return fraction;
}

/** The table that is named, else the only one whose columns are used. */
function homeOf(node: SqlNode, scope: ExpressionScope, used: ReadonlySet<string>): string {
  if (scope.home !== null) return scope.home;
  const [only, ...others] = used;
  if (only === undefined || others.length > 0)
    throw new SqlTextError('which table is aggregated is not clear: name it with "table"', node.offset);
  return only;
}

function trackingScope(scope: ExpressionScope, used: Set<string>): SqlScope {
  return {
    column: (names, offset) => {
      const resolved = scope.column(names, offset);
      used.add(resolved.occurrence);
      return resolved;
    },
  };
}

/** Both conditions; null stands for no condition. */
export function bothOf(left: Expression | null, right: Expression | null): Expression | null {
  if (left === null || right === null) return left ?? right;
  return { kind: 'and', operands: [left, right] };
}
