import type { AggregateQuery, DetailQuery, Expression, Join } from '../../plan/query.js';
import { sourceColumn } from '../../plan/query-typing.js';
import type { ResultColumn, Step } from '../../plan/relational.js';
import { columnsOf, datasetOf, expressionsOf, timeTableOf } from '../../plan/traverse.js';
import { wallClockType } from '../../plan/type-rules.js';
import { freeName } from '../../support/free-name.js';
import type { Scope } from '../scope.js';

/** A history whose rows end where the next of their key begins: the step that says when, and the column that it is in. */
interface EndedHistory {
  readonly step: Step;
  readonly end: string;
}

/** The histories of a query that were given an end, by the join that meets them: another may meet the same rows by another end. */
export type EndedHistories = ReadonlyMap<Join, EndedHistory>;

/** For each join that meets a history without an end of its own, the step that gives it one. */
export function endHistories(query: AggregateQuery | DetailQuery, scope: Scope): EndedHistories {
  const histories = query.joins.filter(({ during }) => during?.end === null);
  return new Map(histories.map((join) => [join, endedHistory(join, query, scope)]));
}

function endedHistory(join: Join, query: AggregateQuery | DetailQuery, scope: Scope): EndedHistory {
  const { to, on, during } = join;
  const start = during?.start ?? '';
  const dataset = datasetOf(query, to);
  const read = expressionsOf(query)
    .flatMap(columnsOf)
    .filter(({ table }) => table === to)
    .map(({ column }) => column);
  const onward = query.joins.flatMap((next) => [
    ...(next.from === to ? next.on.map((pair) => pair.from) : []),
    ...(timeTableOf(next) === to && typeof next.during?.at === 'string' ? [next.during.at] : []),
  ]);
  const names = [...new Set([...on.map((pair) => pair.to), start, ...read, ...onward])];
  const of = (column: string): Expression => ({ kind: 'column', table: dataset, column });
  const end = freeName(`${start.toLowerCase()}_of_next`, new Set(names.map((name) => name.toLowerCase())));
  const columns = names.map((name): ResultColumn => {
    const { type, nullable } = sourceColumn(query, to, name, scope.sources);
    return { name, type: wallClockType(type), nullable };
  });
  const startType = columns.find(({ name }) => name === start)?.type ?? { kind: 'date' };
  const step: Step = {
    name: scope.names.next([dataset, 'periods']),
    note: `Rows of ${dataset}, each in force until the next of its ${on.map((pair) => pair.to).join(', ')}`,
    relation: {
      kind: 'project',
      input: { kind: 'scan', dataset, alias: dataset },
      columns: names.map((name) => ({ name, expression: of(name), as: null })),
      windows: [
        {
          name: end,
          function: 'lead',
          argument: of(start),
          partitionBy: on.map((pair) => of(pair.to)),
          orderBy: [{ expression: of(start), direction: 'ascending', nulls: 'first' }],
          frame: { kind: 'partition' },
          where: null,
          as: null,
        },
      ],
      distinct: false,
    },
    columns: [...columns, { name: end, type: startType, nullable: true }],
  };
  return { step, end };
}
