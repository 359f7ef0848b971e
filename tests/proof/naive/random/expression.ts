import type { DataType } from '../../../../src/plan/data-type.js';
import type { Expression, Literal, Query, ScalarFunction } from '../../../../src/plan/query.js';
import { columnsOf } from '../../../../src/plan/traverse.js';
import { type Construct, ofSets, partName, timeParts, timeUnits, truncation } from './construct-names.js';
import type { Random } from './random.js';

/** Values of one family can be compared with each other. */
export type Family = 'number' | 'text' | 'time' | 'boolean';
export const families: readonly Family[] = ['number', 'text', 'time', 'boolean'];

/** Something that an expression may name. */
export interface Leaf {
  readonly expression: Expression;
  readonly type: DataType;
  /** What reading it makes: a unit, where it has one. */
  readonly constructs?: readonly Construct[];
}

/** What expressions are made from: what they may name, and how to make inner queries that show columns of these families. */
export interface Scope {
  readonly leaves: readonly Leaf[];
  readonly random: Random;
  readonly membersQuery: ((shown: readonly Family[]) => Query) | null;
  readonly scalarQuery: ((family: Family) => Query) | null;
}

/** The family of a type. */
export function familyOf(type: DataType): Family {
  if (type.kind === 'text' || type.kind === 'boolean') return type.kind;
  return type.kind === 'date' || type.kind === 'timestamp' ? 'time' : 'number';
}

/** A random expression of the family, nested `depth` deep. */
function randomExpression(family: Family, scope: Scope, depth: number): Expression {
  const { random } = scope;
  if (depth <= 0 || random.chance(25)) return leafOf(family, scope);
  const { scalarQuery } = scope;
  return random.weighted<Expression>([
    [12, () => caseOf(family, scope, depth), 'case', 'null'],
    [12, () => choiceOf(family, scope, depth), ...choices],
    [
      scalarQuery === null ? 0 : 3,
      () => (scalarQuery === null ? leafOf(family, scope) : { kind: 'scalar_query', query: scalarQuery(family) }),
      'scalar_query',
    ],
    [73, () => ofFamily(family, scope, depth)],
  ]);
}

function ofFamily(family: Family, scope: Scope, depth: number): Expression {
  switch (family) {
    case 'number':
      return numberOf(scope, depth);
    case 'text':
      return textOf(scope, depth);
    case 'time':
      return timeOf(scope, depth);
    case 'boolean':
      return randomCondition(scope, depth);
  }
}

/** What an inner query of members may have: sets and measures, too. */
const ofMembers = ['membership', 'no membership', ...ofSets] as const;

/** A random condition, nested `depth` deep. */
export function randomCondition(scope: Scope, depth: number): Expression {
  const { random } = scope;
  const of = (): Expression => randomCondition(scope, depth - 1);
  const family = random.pick(families);
  const operand = (inner: Family = family): Expression => randomExpression(inner, scope, depth - 1);
  const negated = random.chance(40);
  const comparison = (): Expression => ({
    kind: 'comparison',
    operator: random.pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge']),
    left: operand(),
    right: random.chance(3) ? nothing : operand(),
  });
  if (depth <= 0) return comparison();
  return random.weighted<Expression>([
    [22, comparison, 'comparison'],
    [9, () => ({ kind: 'and', operands: Array.from({ length: random.between(1, 3) }, of) }), 'and'],
    [9, () => ({ kind: 'or', operands: Array.from({ length: random.between(1, 3) }, of) }), 'or'],
    [8, () => ({ kind: 'not', operand: of() }), 'not'],
    [9, () => ({ kind: 'is_null', operand: operand(), negated }), 'is_null'],
    [
      9,
      () => ({
        kind: 'in',
        operand: operand(),
        values: Array.from({ length: random.between(1, 3) }, () =>
          random.chance(8) ? { type: 'null' } : literalOf(family, random),
        ),
        negated,
      }),
      'in',
    ],
    [8, () => ({ kind: 'between', operand: operand(), low: operand(), high: operand(), negated }), 'between'],
    [
      8,
      () => ({
        kind: 'like',
        operand: operand('text'),
        pattern: random.pick(['%a%', '_', '%\\%%', 'A%', '%_b', '%', 'a\\_b', '%ß%', 'i%', '\\x%', 'İ%', 'ä']),
        ignoreCase: random.chance(50),
        negated,
      }),
      'like',
    ],
    [8, () => membershipOf(scope, depth, negated) ?? comparison(), ...ofMembers],
    [2, () => leafOf('boolean', scope)],
  ]);
}

/** A condition for rows, more often one that most of them fulfil. */
export function randomFilter(scope: Scope, depth: number): Expression {
  const { random, leaves } = scope;
  const condition = randomCondition(scope, depth);
  if (leaves.length === 0 || random.chance(45)) return condition;
  return {
    kind: 'or',
    operands: [condition, { kind: 'is_null', operand: random.pick(leaves).expression, negated: true }],
  };
}

function membershipOf(scope: Scope, depth: number, negated: boolean): Expression | null {
  if (scope.membersQuery === null) return null;
  const shown = Array.from({ length: scope.random.chance(80) ? 1 : 2 }, () => scope.random.pick(families));
  const keys = shown.map((family) => randomExpression(family, scope, depth - 2));
  return { kind: 'membership', keys, query: scope.membersQuery(shown), negated };
}

function leafOf(family: Family, scope: Scope): Expression {
  const fitting = scope.leaves.filter(({ type }) => familyOf(type) === family);
  if (fitting.length > 0 && scope.random.chance(82))
    return scope.random.pick(fitting, ({ constructs = [] }) => constructs).expression;
  if (family === 'time' && scope.random.chance(40, 'as_of')) return { kind: 'as_of' };
  return { kind: 'literal', literal: literalOf(family, scope.random) };
}

function literalOf(family: Family, random: Random): Literal {
  switch (family) {
    case 'number':
      return random.weighted<Literal>([
        [6, () => ({ type: 'integer', value: String(random.between(-3, 12)) })],
        [
          1,
          () => ({
            type: 'integer',
            value: random.pick(['1000000000', '3000000000', '-7', '9223372036854775807', '0']),
          }),
        ],
        [3, () => ({ type: 'decimal', value: random.pick(['0.5', '-1.25', '10.00', '2.50', '0.0001', '99.99']) })],
        [2, () => ({ type: 'double', value: random.pick([0.1, 2.5, -1.5, 0, 1e6]) })],
      ]);
    case 'text':
      return {
        type: 'text',
        value: random.pick(['x', 'y', 'a', 'A', 'ä', 'k1', "o'b", '%', '', '😀', 'abc', '2024-01-31']),
      };
    case 'boolean':
      return { type: 'boolean', value: random.chance(50) };
    case 'time':
      return random.chance(60)
        ? { type: 'date', value: random.pick(['2024-01-01', '2024-02-29', '2023-12-31', '2024-04-01']) }
        : {
            type: 'timestamp',
            value: random.pick(['2024-01-01 00:00:00', '2024-03-31 02:30:00', '2023-12-31 23:59:59.5']),
          };
  }
}

const nothing: Expression = { kind: 'literal', literal: { type: 'null' } };

function caseOf(family: Family, scope: Scope, depth: number): Expression {
  const { random } = scope;
  const value = (): Expression => (random.chance(5) ? nothing : randomExpression(family, scope, depth - 1));
  const first = { when: randomCondition(scope, depth - 1), then: randomExpression(family, scope, depth - 1) };
  const more = random.chance(30) ? [{ when: randomCondition(scope, depth - 1), then: value() }] : [];
  return { kind: 'case', branches: [first, ...more], otherwise: random.chance(60) ? value() : null };
}

function choiceOf(family: Family, scope: Scope, depth: number): Expression {
  const { random } = scope;
  const of = (): Expression => randomExpression(family, scope, depth - 1);
  const name = random.pick(choices, (choice) => [choice]);
  if (name === 'nullif') return callOf(name, of(), of());
  return callOf(name, of(), ...(random.chance(8) ? [nothing] : []), of(), ...(random.chance(20) ? [of()] : []));
}

function callOf(name: ScalarFunction, ...given: Expression[]): Expression {
  return { kind: 'call', function: name, arguments: given };
}

function whole(value: number): Expression {
  return { kind: 'literal', literal: { type: 'integer', value: String(value) } };
}

const operators = ['add', 'subtract', 'multiply', 'divide', 'modulo'] as const;
const choices = ['coalesce', 'greatest', 'least', 'nullif'] as const;
const numberParts = timeParts.filter((part) => !part.endsWith('name'));
const nameParts = timeParts.filter((part) => part.endsWith('name'));

function numberOf(scope: Scope, depth: number): Expression {
  const { random } = scope;
  const of = (family: Family): Expression => randomExpression(family, scope, depth - 1);
  return random.weighted<Expression>([
    [
      40,
      () => ({
        kind: 'arithmetic',
        operator: random.pick(operators, (operator) => [operator]),
        left: of('number'),
        right: of('number'),
      }),
      ...operators,
    ],
    [8, () => ({ kind: 'negate', operand: of('number') }), 'negate'],
    [6, () => callOf('abs', of('number')), 'abs'],
    [6, () => callOf('ceil', of('number')), 'ceil'],
    [6, () => callOf('floor', of('number')), 'floor'],
    [8, () => callOf('round', of('number'), ...(random.chance(70) ? [whole(random.between(-2, 3))] : [])), 'round'],
    [8, () => callOf('length', of('text')), 'length'],
    [6, () => callOf('days_between', of('time'), of('time')), 'days_between'],
    [6, () => callOf('months_between', of('time'), of('time')), 'months_between'],
    [6, () => callOf('seconds_between', of('time'), of('time')), 'seconds_between'],
    [
      12,
      () => ({
        kind: 'time_part',
        part: random.pick(numberParts, (part) => [partName(part)]),
        operand: of('time'),
      }),
      ...numberParts.map(partName),
    ],
    [
      12,
      () => ({
        kind: 'cast',
        operand: of(random.pick(['text', 'number', 'boolean'])),
        to: random.pick(numberTypes),
        onFailure: random.chance(92) ? 'null' : 'error',
      }),
      'cast',
    ],
  ]);
}

const numberTypes: readonly DataType[] = [
  { kind: 'integer', bits: 8 },
  { kind: 'integer', bits: 32 },
  { kind: 'integer', bits: 64 },
  { kind: 'integer', bits: 128 },
  { kind: 'decimal', precision: 8, scale: 1 },
  { kind: 'decimal', precision: 20, scale: 3 },
  { kind: 'decimal', precision: 38, scale: 2 },
  { kind: 'double' },
];

function textOf(scope: Scope, depth: number): Expression {
  const { random } = scope;
  const of = (family: Family): Expression => randomExpression(family, scope, depth - 1);
  return random.weighted<Expression>([
    [20, () => callOf('concat', of('text'), of(random.pick(families))), 'concat'],
    [10, () => callOf('lower', of('text')), 'lower'],
    [10, () => callOf('upper', of('text')), 'upper'],
    [10, () => callOf('trim', of('text')), 'trim'],
    [
      12,
      () =>
        callOf(
          'substring',
          of('text'),
          whole(random.between(1, 3)),
          ...(random.chance(70) ? [whole(random.between(0, 2))] : []),
        ),
      'substring',
    ],
    [
      12,
      () => ({ kind: 'time_part', part: random.pick(nameParts, (part) => [partName(part)]), operand: of('time') }),
      ...nameParts.map(partName),
    ],
    [
      12,
      () => ({
        kind: 'cast',
        operand: of(random.pick(families)),
        to: { kind: 'text' },
        onFailure: random.pick(['null', 'error']),
      }),
    ],
  ]);
}

function timeOf(scope: Scope, depth: number): Expression {
  const { random } = scope;
  const of = (family: Family): Expression => randomExpression(family, scope, depth - 1);
  return random.weighted<Expression>([
    [
      25,
      () => ({
        kind: 'time_truncate',
        unit: random.pick(timeUnits, (unit) => [truncation(unit)]),
        operand: of('time'),
      }),
      ...timeUnits.map(truncation),
    ],
    [
      20,
      () => ({
        kind: 'time_add',
        operand: of('time'),
        amount: random.pick([-12, -1, 1, 2, 40]),
        unit: random.pick(timeUnits),
      }),
      'time_add',
    ],
    [
      12,
      () => ({
        kind: 'cast',
        operand: of(random.pick(['text', 'time'])),
        to: random.pick<DataType>([{ kind: 'date' }, { kind: 'timestamp', zoned: false }]),
        onFailure: 'null',
      }),
    ],
  ]);
}

/** A random expression that reads a column, but for a few. */
export function varying(family: Family, scope: Scope, depth: number): Expression {
  const tries = scope.random.chance(3) ? 1 : 8;
  const made = Array.from({ length: tries }, () => () => randomExpression(family, scope, depth));
  for (const make of made) {
    const expression = make();
    if (columnsOf(expression).length > 0) return expression;
  }
  return scope.leaves.length > 0 && tries > 1
    ? scope.random.pick(scope.leaves.filter(({ type }) => familyOf(type) === family).concat(scope.leaves)).expression
    : randomExpression(family, scope, depth);
}
