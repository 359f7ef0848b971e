import { additivityOf } from '../../plan/additivity.js';
import type { Expression, MeasureDefinition } from '../../plan/query.js';
import type { NamedWindow, ResultColumn, Step } from '../../plan/relational.js';
import { aggregatesOf } from '../../plan/traverse.js';
import { averageType, sumType } from '../../plan/type-rules.js';
import { constantLiteral, typeOfExpression } from '../../plan/typing.js';
import { assertNever } from '../../support/assert-never.js';
import { sameData } from '../../support/canonical-json.js';
import { bug, dpbError } from '../../support/errors.js';
import { freeName } from '../../support/free-name.js';
import type { Scope } from '../scope.js';
import { type Draft, output, withColumns } from './draft.js';
import { isPresent, otherDimensions, periodBack, timeOf } from './periods.js';

/** A measure as an expression over the groups, and how many rounds of windows must have been computed before it. */
interface Derived {
  readonly expression: Expression;
  readonly level: number;
}

interface Pending {
  readonly level: number;
  readonly window: NamedWindow;
  readonly column: ResultColumn;
  /** What the column says of each group, in words. */
  readonly says: string;
}

/**
 * Computes derived measures from aggregated ones: ratios and sums as expressions, shares, changes, running totals and ranks as
 * windows over all groups. A window over a window takes one more step. What windows see is never cut by having or limit.
 */
export function deriveMeasures(draft: Draft, scope: Scope): Draft {
  const builder = new MeasureBuilder(draft, scope);
  const outputs = new Map(draft.outputs);
  for (const { name, definition } of draft.query.measures)
    outputs.set(name, builder.lower(name, definition).expression);
  const levels = Math.max(0, ...builder.pending.map(({ level }) => level));
  let current = draft.current;
  const steps: Step[] = [];
  for (let level = 1; level <= levels; level += 1) {
    if (current === null) throw bug('measures are derived before they are folded');
    current = windowStep(
      current,
      builder.pending.filter((pending) => pending.level === level),
      scope,
    );
    steps.push(current);
  }
  return { ...draft, steps: [...draft.steps, ...steps], current, outputs };
}

function windowStep(input: Step, pending: readonly Pending[], scope: Scope): Step {
  return {
    name: scope.names.next(['with', ...pending.map(({ column }) => column.name)]),
    note: `Beside each group: ${pending.map(({ column, says }) => `${column.name} (${says})`).join(', ')}`,
    relation: {
      kind: 'project',
      input: { kind: 'read', step: input.name, alias: input.name },
      columns: input.columns.map(({ name }) => ({ name, expression: output(name), as: null })),
      windows: pending.map(({ window }) => window),
      distinct: false,
    },
    columns: withColumns(
      input,
      pending.map(({ column }) => column),
    ),
  };
}

/** Lowers the measures of one query, collecting the windows that they need. Equal windows are shared. */
class MeasureBuilder {
  readonly pending: Pending[] = [];
  readonly #draft: Draft;
  readonly #scope: Scope;
  readonly #taken: Set<string>;

  constructor(draft: Draft, scope: Scope) {
    this.#draft = draft;
    this.#scope = scope;
    this.#taken = new Set([...draft.query.measures.map(({ name }) => name), ...draft.outputs.keys()]);
  }

  lower(name: string, definition: MeasureDefinition): Derived {
    switch (definition.kind) {
      case 'aggregate':
        return { expression: output(this.#columnOf(definition)), level: 0 };
      case 'constant':
        return { expression: { kind: 'literal', literal: constantLiteral(definition.value) }, level: 0 };
      case 'ratio': {
        const numerator = this.lower(name, definition.numerator);
        const denominator = this.lower(name, definition.denominator);
        return {
          expression: ratio(numerator.expression, denominator.expression, definition.factor),
          level: Math.max(numerator.level, denominator.level),
        };
      }
      case 'combine': {
        const left = this.lower(name, definition.left);
        const right = this.lower(name, definition.right);
        const expression: Expression = {
          kind: 'arithmetic',
          operator: definition.operator,
          left: left.expression,
          right: right.expression,
        };
        return { expression, level: Math.max(left.level, right.level) };
      }
      case 'share':
        return this.#share(name, definition);
      case 'change':
        return this.#change(name, definition);
      case 'running_total':
      case 'rolling':
      case 'period_to_date':
        return this.#accumulation(name, definition);
      case 'rank':
        return this.#rank(name, definition);
      default:
        return assertNever(definition);
    }
  }

  #share(name: string, definition: Extract<MeasureDefinition, { kind: 'share' }>): Derived {
    this.#requireAdditive(name, definition.of, 'a share');
    const of = this.lower(name, definition.of);
    const type = this.#typeOf(of.expression);
    const over = definition.within.length === 0 ? 'all groups' : `groups of the same ${definition.within.join(', ')}`;
    const total = this.#window(`${name}_total`, of, `total of ${over}`, {
      function: 'sum',
      partitionBy: definition.within.map(output),
      frame: { kind: 'partition' },
      // Order only decides the last bits of sums of DOUBLE, and only there it is said.
      orderBy: type.kind === 'double' ? this.#allDimensions() : [],
    });
    return {
      expression: ratio(of.expression, total.expression, definition.factor),
      level: Math.max(of.level, total.level),
    };
  }

  #change(name: string, definition: Extract<MeasureDefinition, { kind: 'change' }>): Derived {
    const time = timeOf(this.#draft, definition.time);
    const of = this.lower(name, definition.of);
    const isPrevious = definition.against === 'previous_period';
    const earlier = isPrevious ? 'value of the period before' : 'value of the same period last year';
    const before = this.#window(`${name}_${isPrevious ? 'previous' : 'last_year'}`, of, earlier, {
      function: 'max',
      partitionBy: otherDimensions(this.#draft, definition.time, null, this.#scope.time),
      orderBy: [ascending(definition.time)],
      frame: { kind: 'exactly', back: periodBack(time, definition.against) },
      where: isPresent(definition.time),
    });
    const difference: Expression = {
      kind: 'arithmetic',
      operator: 'subtract',
      left: of.expression,
      right: before.expression,
    };
    const level = Math.max(of.level, before.level);
    if (definition.as === 'difference') return { expression: difference, level };
    return { expression: ratio(difference, before.expression, definition.as === 'percent' ? 100 : 1), level };
  }

  #accumulation(
    name: string,
    definition: Extract<MeasureDefinition, { kind: 'running_total' | 'rolling' | 'period_to_date' }>,
  ): Derived {
    const isAverage = definition.kind === 'rolling' && definition.as === 'avg';
    if (!isAverage) this.#requireAdditive(name, definition.of, 'a running total');
    const time = timeOf(this.#draft, definition.time);
    const until = definition.kind === 'period_to_date' ? { unit: definition.unit } : null;
    const of = this.lower(name, definition.of);
    return this.#window(name, of, accumulationText(definition), {
      function: isAverage ? 'avg' : 'sum',
      partitionBy: otherDimensions(this.#draft, definition.time, until, this.#scope.time),
      orderBy: [ascending(definition.time)],
      frame:
        definition.kind === 'rolling'
          ? { kind: 'trailing', back: periodBack(time, definition.periods - 1) }
          : { kind: 'to_current' },
      where: isPresent(definition.time),
    });
  }

  #rank(name: string, definition: Extract<MeasureDefinition, { kind: 'rank' }>): Derived {
    const of = this.lower(name, definition.of);
    const key = {
      expression: of.expression,
      direction: definition.descending ? 'descending' : 'ascending',
      nulls: 'last',
    } as const;
    const among = definition.within.length === 0 ? '' : ` within ${definition.within.join(', ')}`;
    return this.#window(name, of, `place${among}`, {
      function: 'rank',
      partitionBy: definition.within.map(output),
      orderBy: [key],
      frame: { kind: 'partition' },
    });
  }

  #window(
    name: string,
    of: Derived,
    says: string,
    parts: Pick<NamedWindow, 'function' | 'partitionBy' | 'orderBy' | 'frame'> & { readonly where?: Expression },
  ): Derived {
    const argumentType = this.#typeOf(of.expression);
    const type = windowType(parts.function, argumentType);
    const window = {
      argument: parts.function === 'rank' ? null : of.expression,
      where: null,
      as: parts.function === 'max' || parts.function === 'rank' ? null : type,
      ...parts,
    };
    const level = of.level + 1;
    const known = this.pending.find(
      (pending) => pending.level === level && sameData({ ...pending.window, name: '' }, { ...window, name: '' }),
    );
    if (known !== undefined) return { expression: output(known.column.name), level };
    // The measure's own name is free for the window that is the measure itself; parts of it get a new one.
    const isOwn =
      this.#draft.query.measures.some((measure) => measure.name === name) &&
      !this.pending.some(({ column }) => column.name === name);
    const column = isOwn ? name : freeName(name, this.#taken);
    this.pending.push({
      level,
      window: { name: column, ...window },
      column: { name: column, type, nullable: parts.function !== 'rank' },
      says,
    });
    return { expression: output(column), level };
  }

  #typeOf(expression: Expression): ResultColumn['type'] {
    const columns = [...(this.#draft.current?.columns ?? []), ...this.pending.map(({ column }) => column)];
    return typeOfExpression(
      expression,
      () => {
        throw bug('a derived measure reads a source column');
      },
      {
        output: (name) => columns.find((column) => column.name === name) ?? unknownOutput(name),
      },
    ).type;
  }

  #columnOf(definition: MeasureDefinition): string {
    const named = this.#draft.aggregates.find(({ aggregate }) => sameData(aggregate, definition));
    if (named === undefined) throw bug('an aggregate has no column');
    return named.column;
  }

  #allDimensions(): NamedWindow['orderBy'] {
    return this.#draft.query.dimensions.map(({ name }) => ascending(name));
  }

  #requireAdditive(name: string, of: MeasureDefinition, what: string): void {
    if (additivityOf(of, this.#draft.query, this.#scope.sources) === 'additive') return;
    const functions = [...new Set(aggregatesOf(of).map((aggregate) => aggregate.function))].join(' and ');
    throw dpbError('plan.refused', {
      reason: `"${name}" is ${what} of what cannot be added up over groups (${of.kind === 'aggregate' ? functions : of.kind} is not additive)`,
      remedy: 'Ask for it over a sum or a count, or ask for a rolling average.',
    });
  }
}

function windowType(name: NamedWindow['function'], argument: ResultColumn['type']): ResultColumn['type'] {
  switch (name) {
    case 'sum':
      return sumType(argument);
    case 'avg':
      return averageType(argument);
    case 'max':
    case 'lead':
      return argument;
    case 'rank':
    case 'row_number':
      return { kind: 'integer', bits: 64 };
    default:
      return assertNever(name);
  }
}

function accumulationText(
  definition: Extract<MeasureDefinition, { kind: 'running_total' | 'rolling' | 'period_to_date' }>,
): string {
  switch (definition.kind) {
    case 'running_total':
      return 'total so far';
    case 'rolling':
      return `${definition.as === 'avg' ? 'mean' : 'total'} of ${definition.periods} periods`;
    case 'period_to_date':
      return `total since the ${definition.unit.replace('_', ' ')} began`;
    default:
      return assertNever(definition);
  }
}

function ratio(numerator: Expression, denominator: Expression, factor: number): Expression {
  const fraction: Expression = { kind: 'arithmetic', operator: 'divide', left: numerator, right: denominator };
  if (factor === 1) return fraction;
  return {
    kind: 'arithmetic',
    operator: 'multiply',
    left: fraction,
    right: { kind: 'literal', literal: { type: 'integer', value: String(factor) } },
  };
}

function ascending(name: string): NamedWindow['orderBy'][number] {
  return { expression: output(name), direction: 'ascending', nulls: 'last' };
}

function unknownOutput(name: string): never {
  throw bug(`no column "${name}" among the groups`);
}
