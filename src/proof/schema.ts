import { dataTypeOf } from '../engine/duckdb-type.js';
import { typeText } from '../plan/data-type.js';
import type { EvidenceEntry, SchemaFact } from '../plan/evidence.js';
import { aggregate, column, select } from '../sql/ast.js';
import { duckdbDialect } from '../sql/dialect-duckdb.js';
import { printSql } from '../sql/print.js';
import { countOf, goldRelation, oneRow, type ProofContext, queryOf, relation } from './proof-context.js';

const claim = { id: 'schema', title: 'The schema equals the model', kind: 'schema', severity: 'error' } as const;

/** Compares names, order and types of the gold file with the model, and counts nulls where the model promises none. */
export async function proveSchema({ engine, file }: ProofContext): Promise<EvidenceEntry> {
  const nothing = printSql(
    queryOf(select([{ expression: { kind: 'star' }, alias: null }], relation(goldRelation), { limit: 0 })),
    duckdbDialect,
  );
  const actual = (await engine.query(nothing)).columns;
  const expected = file.model.columns;
  const width = Math.max(actual.length, expected.length);
  const nulls =
    actual.length === 0
      ? new Map()
      : await nullCounts(
          engine,
          actual.map(({ name }) => name),
        );
  const columns = Array.from({ length: width }, (_, index): SchemaFact => {
    const [want, have] = [expected[index], actual[index]];
    return {
      name: want?.name ?? have?.name ?? '',
      expected: want?.type ?? null,
      actual: have === undefined || (want !== undefined && have.name !== want.name) ? null : have.type,
      nullable: want?.nullable ?? null,
      nulls: have === undefined ? null : (nulls.get(have.name) ?? null),
    };
  });
  const problems = columns.flatMap(problemOf);
  if (problems.length === 0) return { ...claim, status: 'proved', why: null, facts: { columns } };
  return { ...claim, status: 'failed', why: problems.join('; '), facts: { columns } };
}

async function nullCounts(
  engine: ProofContext['engine'],
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const items = names.map((name, index) => ({
    expression: aggregate('count', [{ kind: 'star' }], {
      filter: { kind: 'is_null', operand: column(null, name), negated: false },
    }),
    alias: `nulls_${index}`,
  }));
  const row = await oneRow(engine, select(items, relation(goldRelation)));
  return new Map(names.map((name, index) => [name, countOf(row.get(`nulls_${index}`))]));
}

function problemOf({ name, expected, actual, nullable, nulls }: SchemaFact): readonly string[] {
  if (expected === null) return [`the gold has a column ${name} that the model has not`];
  if (actual === null) return [`column ${name} of the model is not at its place in the gold`];
  const found = typeText(dataTypeOf(actual));
  const typeProblem = found === typeText(expected) ? [] : [`${name} is ${found}, not ${typeText(expected)}`];
  const nullProblem = nullable === false && nulls !== 0 ? [`${name} has ${nulls} nulls and may have none`] : [];
  return [...typeProblem, ...nullProblem];
}
