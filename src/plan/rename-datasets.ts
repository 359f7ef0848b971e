import { assertNever } from '../support/assert-never.js';
import type { AggregateMeasure, AggregateQuery, Dimension, Expression, MeasureDefinition, Query } from './query.js';
import { mapExpression } from './traverse.js';

/** The name that is read in place of a dataset's; the same name where nothing stands in its place. */
type Rename = (dataset: string) => string;

/** The query with each occurrence, also of inner queries at any depth, reading what `rename` gives for its dataset. */
export function withDatasetsRenamed(query: Query, rename: Rename): Query {
  const inside = (expression: Expression): Expression => mapExpression(expression, (node) => inNode(node, rename));
  switch (query.kind) {
    case 'set':
      return { ...query, inputs: query.inputs.map((input) => withDatasetsRenamed(input, rename)) };
    case 'detail':
      return {
        ...query,
        tables: tablesRenamed(query, rename),
        columns: query.columns.map((column) => ({ ...column, expression: inside(column.expression) })),
        filter: query.filter === null ? null : inside(query.filter),
      };
    case 'aggregate':
      return {
        ...query,
        tables: tablesRenamed(query, rename),
        dimensions: query.dimensions.map((dimension) => inDimension(dimension, inside)),
        measures: query.measures.map((measure) => ({ ...measure, definition: inMeasure(measure.definition, inside) })),
        filter: query.filter === null ? null : inside(query.filter),
        having: query.having === null ? null : inside(query.having),
      };
    default:
      return assertNever(query);
  }
}

function tablesRenamed({ tables }: Pick<AggregateQuery, 'tables'>, rename: Rename): AggregateQuery['tables'] {
  return tables.map(({ id, dataset }) => ({ id, dataset: rename(dataset) }));
}

function inNode(node: Expression, rename: Rename): Expression {
  return node.kind === 'membership' || node.kind === 'scalar_query'
    ? { ...node, query: withDatasetsRenamed(node.query, rename) }
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
