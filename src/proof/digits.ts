import { doubleNoise } from '../plan/data-type.js';
import type { EvidenceEntry } from '../plan/evidence.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import { sourceColumn } from '../plan/query-typing.js';
import { aggregatesOf, columnsOf, datasetOf } from '../plan/traverse.js';
import { aggregate, binary, call, column, integerLiteral, type SqlExpression, select } from '../sql/ast.js';
import { sortedBy } from '../support/text-order.js';
import { countOf, oneRow, type ProofContext, relation } from './proof-context.js';

interface DigitColumn {
  readonly dataset: string;
  readonly column: string;
  readonly digits: number;
}

/**
 * States what exact sums over DOUBLE lose: for each summed or averaged column with pinned digits, the values that have more
 * by now. Beyond the noise of DOUBLE itself that is a warning: the sums stay the same on every run, but leave something out.
 */
export async function proveDigits(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const entries: EvidenceEntry[] = [];
  for (const found of digitColumns(context)) entries.push(await entryOf(found, context));
  return entries;
}

function digitColumns({ file, tables }: ProofContext): readonly DigitColumn[] {
  const found = queriesOfPlan(file.plan).flatMap((query) => {
    if (query.kind !== 'aggregate') return [];
    return query.measures
      .flatMap(({ definition }) => aggregatesOf(definition))
      .flatMap((measure) => (measure.function === 'sum' || measure.function === 'avg' ? [measure.argument] : []))
      .flatMap((argument) => (argument === null ? [] : columnsOf(argument)))
      .flatMap((used): readonly DigitColumn[] => {
        const { type, fractionDigits } = sourceColumn(query, used.table, used.column, tables);
        const dataset = datasetOf(query, used.table);
        if (type.kind !== 'double' || fractionDigits === null || fractionDigits === undefined) return [];
        return [{ dataset, column: used.column, digits: fractionDigits }];
      });
  });
  const unique = new Map(found.map((one) => [`${one.dataset}.${one.column}`, one]));
  return sortedBy([...unique.values()], (one) => `${one.dataset}.${one.column}`);
}

async function entryOf(found: DigitColumn, { engine }: ProofContext): Promise<EvidenceEntry> {
  const value = column(null, found.column);
  const loss = call('abs', binary('-', value, call('round', value, integerLiteral(found.digits))));
  const isRounded = binary('>', loss, binary('*', call('abs', value), noise));
  const counted = await oneRow(
    engine,
    select(
      [
        { expression: aggregate('count', [value]), alias: 'rows' },
        { expression: aggregate('count', [{ kind: 'star' }], { filter: isRounded }), alias: 'rounded' },
        { expression: aggregate('max', [loss], { filter: isRounded }), alias: 'loss' },
      ],
      relation(found.dataset),
    ),
  );
  const facts = {
    ...found,
    rows: countOf(counted.get('rows')),
    roundedRows: countOf(counted.get('rounded')),
    largestLoss: String(counted.get('loss') ?? 0),
  };
  const claim = {
    id: `digits.${found.dataset}.${found.column}`,
    title: `Sums of ${found.dataset}.${found.column} are exact: its values have at most ${found.digits} decimal digits`,
    severity: 'warning',
    kind: 'exact_digits',
    facts,
  } as const;
  if (facts.roundedRows === 0) return { ...claim, status: 'proved', why: null };
  const why = `${facts.roundedRows} of ${facts.rows} values have more and are rounded, each by at most ${facts.largestLoss}: measure the digits anew (dpb generate)`;
  return { ...claim, status: 'failed', why };
}

const noise: SqlExpression = { kind: 'literal', literal: { type: 'decimal', value: doubleNoise.toFixed(31) } };
