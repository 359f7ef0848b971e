import type { EvidenceEntry } from '../plan/evidence.js';
import { aggregate, column, type SqlExpression, type SqlSelect, select } from '../sql/ast.js';
import { countOf, goldRelation, oneRow, openRelation, type ProofContext, queryOf, relation } from './proof-context.js';

const claim = {
  id: 'result',
  title: 'The gold holds the rows of the query',
  kind: 'result_complete',
  severity: 'error',
} as const;

/**
 * Compares the gold with the query run once more, as multisets: rows that are missing and rows that are too many. Where
 * having or limit left groups out, each gold row must be among the rows of the query without those two.
 */
export async function proveCompleteness({ engine, open, file }: ProofContext): Promise<EvidenceEntry> {
  if (open === null)
    return {
      ...claim,
      status: 'not_shown',
      why: 'the query has no form without having and limit to compare with',
      facts: null,
    };
  const names = file.model.columns.map(({ name }) => name);
  const [gold, whole] = [rowsOf(names, goldRelation), rowsOf(names, openRelation)];
  const found = await oneRow(
    engine,
    select(
      [
        { expression: countAll(relationOf(gold)), alias: 'gold_rows' },
        { expression: countAll(difference(whole, gold)), alias: 'missing' },
        { expression: countAll(difference(gold, whole)), alias: 'surplus' },
      ],
      null,
    ),
  );
  const facts = {
    goldRows: countOf(found.get('gold_rows')),
    missing: open.narrowed ? 0 : countOf(found.get('missing')),
    surplus: countOf(found.get('surplus')),
  };
  if (facts.missing === 0 && facts.surplus === 0) return { ...claim, status: 'proved', why: null, facts };
  return {
    ...claim,
    status: 'failed',
    why: `${facts.missing} rows are missing, ${facts.surplus} are too many or altered`,
    facts,
  };
}

type Derived = Parameters<typeof select>[1];

function rowsOf(names: readonly string[], from: string): SqlSelect {
  return select(
    names.map((name) => ({ expression: column(null, name), alias: name })),
    relation(from),
  );
}

function relationOf(body: SqlSelect): Derived {
  return { kind: 'derived', query: queryOf(body), alias: 'compared' };
}

function difference(left: SqlSelect, right: SqlSelect): Derived {
  const body = {
    kind: 'set',
    operation: 'except',
    all: true,
    inputs: [left, right],
    orderBy: [],
    limit: null,
  } as const;
  return { kind: 'derived', query: queryOf(body), alias: 'compared' };
}

function countAll(from: Derived): SqlExpression {
  return {
    kind: 'subquery',
    query: queryOf(select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'rows' }], from)),
  };
}
