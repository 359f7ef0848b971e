import { assertNever } from '../support/assert-never.js';
import type {
  AggregateMeasure,
  AggregateQuery,
  DetailQuery,
  Dimension,
  Expression,
  MeasureDefinition,
  Query,
} from './query.js';
import { mapExpression } from './traverse.js';

/** What stands in place of the parts of a query. */
interface QueryChange {
  /** The dataset that an occurrence reads in place of another. */
  readonly dataset: (name: string) => string;
  /** What stands in place of a whole expression of the query: it is given with its inner queries already changed. */
  readonly expression: (expression: Expression) => Expression;
}

/** The query with each occurrence and each expression changed, also those of inner queries at any depth. */
export function mapQuery(query: AggregateQuery | DetailQuery, change: QueryChange): AggregateQuery | DetailQuery;
export function mapQuery(query: Query, change: QueryChange): Query;
export function mapQuery(query: Query, change: QueryChange): Query {
  const inside = (expression: Expression): Expression =>
    change.expression(mapExpression(expression, (node) => inNode(node, change)));
  const tables = (): AggregateQuery['tables'] =>
    query.kind === 'set' ? [] : query.tables.map(({ id, dataset }) => ({ id, dataset: change.dataset(dataset) }));
  switch (query.kind) {
    case 'set':
      return { ...query, inputs: query.inputs.map((input) => mapQuery(input, change)) };
    case 'detail':
      return {
        ...query,
        tables: tables(),
        columns: query.columns.map((column) => ({ ...column, expression: inside(column.expression) })),
        filter: query.filter === null ? null : inside(query.filter),
      };
    case 'aggregate':
      return {
        ...query,
        tables: tables(),
        dimensions: query.dimensions.map((dimension) => inDimension(dimension, inside)),
        measures: query.measures.map((measure) => ({ ...measure, definition: inMeasure(measure.definition, inside) })),
        filter: query.filter === null ? null : inside(query.filter),
        having: query.having === null ? null : inside(query.having),
      };
    default:
      return assertNever(query);
  }
}

/** The query with each occurrence, also of inner queries at any depth, reading what `rename` gives for its dataset. */
export function withDatasetsRenamed(query: Query, rename: (dataset: string) => string): Query {
  return mapQuery(query, { dataset: rename, expression: (expression) => expression });
}

function inNode(node: Expression, change: QueryChange): Expression {
  return node.kind === 'membership' || node.kind === 'scalar_query'
    ? { ...node, query: mapQuery(node.query, change) }
    : node;
}

type Inside = (expression: Expression) => Expression;

function inDimension(dimension: Dimension, inside: Inside): Dimension {
  const { expression, perHome, fill } = dimension;
  return {
    ...dimension,
    expression: inside(expression),
    ...(perHome ? { perHome: perHome.map((own) => ({ ...own, expression: inside(own.expression) })) } : {}),
    ...(fill
      ? {
          fill: {
            from: fill.from === null ? null : inside(fill.from),
            to: fill.to === null ? null : inside(fill.to),
          },
        }
      : {}),
  };
}

function inMeasure(definition: MeasureDefinition, inside: Inside): MeasureDefinition {
  const of = (part: MeasureDefinition): MeasureDefinition => inMeasure(part, inside);
  switch (definition.kind) {
    case 'aggregate':
      return inAggregate(definition, inside);
    case 'constant':
      return definition;
    case 'ratio':
      return { ...definition, numerator: of(definition.numerator), denominator: of(definition.denominator) };
    case 'combine':
      return { ...definition, left: of(definition.left), right: of(definition.right) };
    case 'share':
    case 'change':
    case 'running_total':
    case 'rolling':
    case 'period_to_date':
    case 'rank':
      return { ...definition, of: of(definition.of) };
    default:
      return assertNever(definition);
  }
}

function inAggregate(aggregate: AggregateMeasure, inside: Inside): AggregateMeasure {
  const { argument, filter, orderedBy, snapshot } = aggregate;
  return {
    ...aggregate,
    argument: argument === null ? null : inside(argument),
    filter: filter === null ? null : inside(filter),
    orderedBy: orderedBy === null ? null : inside(orderedBy),
    ...(snapshot ? { snapshot: { ...snapshot, by: inside(snapshot.by), per: snapshot.per.map(inside) } } : {}),
  };
}
