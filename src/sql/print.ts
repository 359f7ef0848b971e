import { assertNever } from '../support/assert-never.js';
import type {
  SqlExpression,
  SqlJoin,
  SqlQuery,
  SqlQueryBody,
  SqlRelation,
  SqlSelect,
  SqlSelectItem,
  SqlSetOperation,
} from './ast.js';
import { identifierText, type SqlDialect } from './dialect.js';
import { type ExpressionPrinter, expressionText, sortKeyText } from './print-expression.js';

const step = '  ';

/**
 * How a query is laid out. A comment goes to the end of its line, so it is only printed where that line is its own: a query
 * that is put on one line, inside of an expression or a FROM, has none.
 */
interface Layout {
  readonly dialect: SqlDialect;
  readonly oneLine: boolean;
}

/** The query as SQL text for people: one clause a line, two spaces a level, no trailing semicolon or newline. */
export function printSql(query: SqlQuery, dialect: SqlDialect): string {
  return queryLines(query, { dialect, oneLine: false }).join('\n');
}

/** One expression as SQL text. */
export function printSqlExpression(expression: SqlExpression, dialect: SqlDialect): string {
  return expressionText(expression, printerOf(dialect));
}

/** `text` as a comment line that it cannot leave: line ends become spaces, comment marks fall apart. */
export function commentText(text: string): string {
  // biome's and SQL's idea of a line end differ from Unicode's: all control characters and separators go.
  const oneLine = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *');
  // Spark takes the line after a backslash for a part of the comment.
  return `-- ${oneLine
    .replace(/\s+/g, ' ')
    .replace(/[\\\s]+$/, '')
    .trim()}`;
}

function printerOf(dialect: SqlDialect): ExpressionPrinter {
  return {
    dialect,
    query: (inner) =>
      queryLines(inner, { dialect, oneLine: true })
        .map((line) => line.trim())
        .join(' '),
  };
}

function queryLines(query: SqlQuery, layout: Layout): readonly string[] {
  const { dialect, oneLine } = layout;
  if (query.with.length === 0) return bodyLines(query.body, layout);
  const last = query.with.length - 1;
  const tables = query.with.flatMap(({ name, note, query: inner }, index) => [
    ...(note === null || oneLine ? [] : [`${step}${commentText(note)}`]),
    `${step}${identifierText(name, dialect)} AS (`,
    ...bodyLines(inner, layout).map((line) => step + step + line),
    `${step})${index < last ? ',' : ''}`,
  ]);
  return ['WITH', ...tables, ...bodyLines(query.body, layout)];
}

function bodyLines(body: SqlQueryBody, layout: Layout): readonly string[] {
  return body.kind === 'select' ? selectLines(body, layout) : setLines(body, layout);
}

function selectLines(body: SqlSelect, { dialect, oneLine }: Layout): readonly string[] {
  const printer = printerOf(dialect);
  const groups = body.groupBy.map((group) =>
    typeof group === 'number' ? String(group) : expressionText(group, printer),
  );
  return [
    `SELECT${body.distinct ? ' DISTINCT' : ''}`,
    ...itemLines(body.items, printer, oneLine),
    ...(body.from === null ? [] : [`FROM ${relationText(body.from, dialect)}`]),
    ...body.joins.flatMap((join) => joinLines(join, printer)),
    ...conditionLines('WHERE', body.where, printer),
    ...(groups.length === 0 ? [] : [`GROUP BY ${groups.join(', ')}`]),
    ...conditionLines('HAVING', body.having, printer),
    ...tailLines(body, printer),
  ];
}

function itemLines(items: readonly SqlSelectItem[], printer: ExpressionPrinter, oneLine: boolean): readonly string[] {
  return items.map((item, index) => {
    const comma = index < items.length - 1 ? ',' : '';
    const isSilent = oneLine || item.comment === undefined || item.comment === '';
    const comment = isSilent ? '' : ` ${commentText(item.comment ?? '')}`;
    return `${step}${itemText(item, printer)}${comma}${comment}`;
  });
}

function itemText({ expression, alias }: SqlSelectItem, printer: ExpressionPrinter): string {
  const text = expressionText(expression, printer);
  const isNamed = alias === null || (expression.kind === 'column' && expression.name === alias);
  return isNamed ? text : `${text} AS ${identifierText(alias, printer.dialect)}`;
}

function relationText(relation: SqlRelation, dialect: SqlDialect): string {
  const alias = identifierText(relation.alias, dialect);
  switch (relation.kind) {
    case 'table': {
      const schema = relation.schema === null ? '' : `${identifierText(relation.schema, dialect)}.`;
      const name = `${schema}${identifierText(relation.name, dialect)}`;
      return relation.alias === relation.name ? name : `${name} AS ${alias}`;
    }
    case 'derived':
      return `(${printerOf(dialect).query(relation.query)}) AS ${alias}`;
    default:
      return assertNever(relation);
  }
}

function joinLines(join: SqlJoin, printer: ExpressionPrinter): readonly string[] {
  const line = `${join.kind.toUpperCase()} JOIN ${relationText(join.relation, printer.dialect)}`;
  return [line, ...conditionLines('ON', join.on, printer).map((part) => step + part)];
}

/** A condition with each of its ANDed parts on a line of its own. */
function conditionLines(word: string, condition: SqlExpression | null, printer: ExpressionPrinter): readonly string[] {
  if (condition === null) return [];
  const whole = withoutShell(condition);
  if (whole.kind !== 'logical' || whole.operator !== 'and') return [`${word} ${expressionText(whole, printer)}`];
  return whole.operands.map((part, index) => {
    const text = expressionText(part, printer);
    const guarded = withoutShell(part).kind === 'logical' ? `(${text})` : text;
    return index === 0 ? `${word} ${guarded}` : `${step}AND ${guarded}`;
  });
}

/** What an AND or OR of one operand holds: it is printed as that. */
function withoutShell(expression: SqlExpression): SqlExpression {
  if (expression.kind !== 'logical') return expression;
  const [only, ...others] = expression.operands;
  return only !== undefined && others.length === 0 ? withoutShell(only) : expression;
}

function setLines(body: SqlSetOperation, layout: Layout): readonly string[] {
  const operator = `${body.operation.toUpperCase()}${body.all ? ' ALL' : ''}`;
  const inputs = body.inputs.flatMap((input, index) => {
    const lines = bodyLines(input, layout);
    const isBare = input.kind === 'select' && input.orderBy.length === 0 && input.limit === null;
    const guarded = isBare ? lines : ['(', ...lines.map((line) => step + line), ')'];
    return index === 0 ? guarded : [operator, ...guarded];
  });
  return [...inputs, ...tailLines(body, printerOf(layout.dialect))];
}

function tailLines(body: SqlQueryBody, printer: ExpressionPrinter): readonly string[] {
  const keys = body.orderBy.map((key) => sortKeyText(key, printer));
  return [
    ...(keys.length === 0 ? [] : [`ORDER BY ${keys.join(', ')}`]),
    ...(body.limit === null ? [] : [`LIMIT ${body.limit}`]),
  ];
}
