import type { EvidenceEntry } from '../plan/evidence.js';
import { queriesOfPlan } from '../plan/plan-datasets.js';
import type { AggregateQuery, DetailQuery, Join } from '../plan/query.js';
import { datasetOf, reachOf } from '../plan/traverse.js';
import { aggregate, binary, column, type SqlExpression, type SqlRelation, select } from '../sql/ast.js';
import { HomeRows } from './admission.js';
import { homesOfRows } from './open-plan.js';
import { countOf, existsRow, oneRow, type ProofContext, queryOf, relation } from './proof-context.js';

type Flat = AggregateQuery | DetailQuery;

/**
 * What no key check shows: rows whose date no row of a history is in force on, and rows that no row of a bridge stands
 * for. Their values are null or missing in the result, which is how the plan means it, so it warns.
 */
export async function proveCoverage(context: ProofContext): Promise<readonly EvidenceEntry[]> {
  const entries = new Map<string, EvidenceEntry>();
  for (const query of queriesOfPlan(context.file.plan)) {
    if (query.kind === 'set') continue;
    for (const join of query.joins) {
      for (const entry of [...(await inForce(query, join, context)), ...(await shared(query, join, context))])
        entries.set(entry.id, entry);
    }
  }
  return [...entries.values()];
}

async function inForce(query: Flat, join: Join, context: ProofContext): Promise<readonly EvidenceEntry[]> {
  if (!join.during) return [];
  const entries: EvidenceEntry[] = [];
  for (const home of homesOfRows(query)) {
    const step = reachOf(home, query.joins).get(join.to)?.at(-1);
    if (step === undefined) continue;
    const rows = new HomeRows(home, query, context);
    const to = datasetOf(query, join.to);
    const { at, atTable } = join.during;
    const time = at === null ? 'the as-of date' : `${atTable ? `${datasetOf(query, atTable)}.` : ''}${at}`;
    entries.push(
      await counted(
        {
          id: `coverage.${rows.dataset}.${to}`,
          title: `each row of ${rows.dataset} finds the row of ${to} in force on ${time}`,
          dataset: rows.dataset,
          to,
          missing: `of ${rows.dataset} find none`,
        },
        rows.relation,
        rows.finds(step),
        context,
      ),
    );
  }
  return entries;
}

async function shared(query: Flat, join: Join, context: ProofContext): Promise<readonly EvidenceEntry[]> {
  if (typeof join.weight !== 'string') return [];
  const [bridge, whole] = [datasetOf(query, join.from), datasetOf(query, join.to)];
  const same = join.on.map(({ from, to }) => binary('=', column('bridge', from), column('whole', to)));
  const title = `each row of ${whole} is shared out by ${bridge}`;
  const claim = { id: `coverage.${whole}.${bridge}`, title, dataset: whole, to: bridge };
  return [
    await counted(
      { ...claim, missing: `of ${whole} have no part and do not count` },
      { ...relation(whole), alias: 'whole' },
      existsRow({ ...relation(bridge), alias: 'bridge' }, same),
      context,
    ),
  ];
}

interface Coverage {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
  readonly to: string;
  readonly missing: string;
}

async function counted(
  { id, title, dataset, to, missing }: Coverage,
  from: SqlRelation,
  isMet: SqlExpression,
  { engine }: ProofContext,
): Promise<EvidenceEntry> {
  const all = aggregate('count', [{ kind: 'star' }]);
  const tested = select([{ expression: isMet, alias: 'is_met' }], from);
  const found = await oneRow(
    engine,
    select(
      [
        { expression: all, alias: 'rows' },
        { expression: { ...all, filter: { kind: 'not', operand: column(null, 'is_met') } }, alias: 'unmet' },
      ],
      { kind: 'derived', query: queryOf(tested), alias: 'tested' },
    ),
  );
  const facts = { dataset, to, rows: countOf(found.get('rows')), unmetRows: countOf(found.get('unmet')) };
  const claim = { id, title, severity: 'warning', kind: 'join_coverage', facts } as const;
  if (facts.unmetRows === 0) return { ...claim, status: 'proved', why: null };
  return { ...claim, status: 'failed', why: `${facts.unmetRows} of ${facts.rows} rows ${missing}` };
}
