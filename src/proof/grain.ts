import type { EvidenceEntry } from '../plan/evidence.js';
import { aggregate, call, column, integerLiteral, select } from '../sql/ast.js';
import { countOf, goldRelation, oneRow, type ProofContext, queryOf, relation, rowFound } from './proof-context.js';

const claim = { id: 'grain', title: 'The grain is unique', kind: 'grain_unique', severity: 'error' } as const;

/** Counts rows and groups of the gold by its grain, nulls as members of their own: equal, or the grain is not unique. */
export async function proveGrain({ engine, file }: ProofContext): Promise<EvidenceEntry> {
  const { grain } = file.model;
  const { query } = file.plan;
  if (grain.length === 0 && !isOneRow(query)) {
    return { ...claim, status: 'not_applicable', why: 'the product lists rows and has no grain', facts: null };
  }
  const keys = grain.map((name) => column(null, name));
  // One row for each group, or for the whole where there are no keys; DISTINCT and GROUP BY hold nulls equal.
  const groups = select(rowFound, relation(goldRelation), keys.length > 0 ? { groupBy: keys } : { limit: 1 });
  const rows = select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'rows' }], relation(goldRelation));
  const counted = select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'groups' }], {
    kind: 'derived',
    query: queryOf(groups),
    alias: 'groups',
  });
  const found = await oneRow(
    engine,
    select(
      [
        { expression: { kind: 'subquery', query: queryOf(rows) }, alias: 'rows' },
        {
          expression: call('coalesce', { kind: 'subquery', query: queryOf(counted) }, integerLiteral(0)),
          alias: 'groups',
        },
      ],
      null,
    ),
  );
  const facts = { columns: grain, rows: countOf(found.get('rows')), groups: countOf(found.get('groups')) };
  if (facts.rows === facts.groups) return { ...claim, status: 'proved', why: null, facts };
  return {
    ...claim,
    status: 'failed',
    why: `${facts.rows} rows share ${facts.groups} values of ${grain.join(', ') || 'the empty grain'}`,
    facts,
  };
}

function isOneRow(query: ProofContext['file']['plan']['query']): boolean {
  return query.kind === 'aggregate' && query.dimensions.length === 0;
}
