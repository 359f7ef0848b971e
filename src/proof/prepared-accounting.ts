import { type DataType, typeText } from '../plan/data-type.js';
import type { EvidenceEntry, RowAccountingFacts } from '../plan/evidence.js';
import type { PreparedDataset } from '../plan/query.js';
import {
  aggregate,
  binary,
  call,
  cast,
  column,
  conjunction,
  type SqlExpression,
  type SqlQueryBody,
  type SqlSelect,
  select,
} from '../sql/ast.js';
import { preparedCastSql } from '../sql/prepared-cast-sql.js';
import { bug } from '../support/errors.js';
import { countOf, oneRow, type ProofContext, queryOf, relation, rowFound } from './proof-context.js';

/**
 * The rows of the sources of a prepared table: in it, refused by a cast (at the first that fails), or gone because a later
 * row of their key is there. Keys are counted here; which row of a key is the latest is not asked.
 */
export async function accountPrepared(dataset: PreparedDataset, context: ProofContext): Promise<EvidenceEntry> {
  const refusing = dataset.columns.filter(({ cast }) => cast?.onFailure === 'drop');
  const all = aggregate('count', [{ kind: 'star' }]);
  const refused = refusing.map((_, index) => ({
    expression: { ...all, filter: firstFailure(index) },
    alias: `refused_${index}`,
  }));
  const found = await oneRow(
    context.engine,
    select([{ expression: all, alias: 'rows_in' }, ...refused, { expression: kept(dataset), alias: 'kept' }], {
      kind: 'derived',
      query: queryOf(stacked(dataset, refusing, context)),
      alias: 'stacked',
    }),
  );
  const inResult = countOf((await oneRow(context.engine, countAll(dataset.name))).get('rows'));
  const rowsIn = countOf(found.get('rows_in'));
  const excluded = refusing.map(({ name, cast }, index) => ({
    condition: `${name} fits ${cast === null ? '' : typeText(cast.to)}`,
    rows: countOf(found.get(`refused_${index}`)),
  }));
  const fitting = rowsIn - excluded.reduce((sum, { rows }) => sum + rows, 0);
  const replaced = {
    condition: `latest row of its ${dataset.dedupe?.key.join(', ') ?? ''}`,
    rows: fitting - countOf(found.get('kept')),
  };
  const facts: RowAccountingFacts = {
    home: dataset.name,
    dataset: dataset.from.join(', '),
    rowsIn,
    inGold: inResult,
    beyondHavingOrLimit: 0,
    excluded: dataset.dedupe === null ? excluded : [...excluded, replaced],
    unmatched: [],
    notApplied: [],
  };
  return verdictOf(facts);
}

function verdictOf(facts: RowAccountingFacts): EvidenceEntry {
  const claim = {
    id: `rows.${facts.home}`,
    title: `Each row of ${facts.dataset} is in ${facts.home} or in a named exclusion`,
    severity: 'error',
    kind: 'row_accounting',
    facts,
  } as const;
  const accounted = facts.inGold + facts.excluded.reduce((sum, { rows }) => sum + rows, 0);
  if (accounted === facts.rowsIn) return { ...claim, status: 'proved', why: null };
  return { ...claim, status: 'failed', why: `${facts.rowsIn} rows in, ${accounted} accounted for` };
}

/** The rows of all sources one under the other: whether each cast fits, and the key as it is after its casts. */
function stacked(
  dataset: PreparedDataset,
  refusing: PreparedDataset['columns'],
  { tables }: ProofContext,
): SqlQueryBody {
  const made = tables.find((table) => table.dataset === dataset.name);
  const inputs = dataset.from.map((name): SqlSelect => {
    const shape = tables.find((table) => table.dataset === name);
    if (shape === undefined) throw bug(`no dataset "${name}" among the tables`);
    const typeOf = (wanted: string): DataType | null =>
      shape.columns.find((found) => found.name === wanted)?.type ?? null;
    const nothing: SqlExpression = { kind: 'literal', literal: { type: 'null' } };
    const valueIn = ({ name: wanted, cast: change }: PreparedDataset['columns'][number]): SqlExpression => {
      const type = typeOf(wanted);
      if (type === null) return nothing;
      const read = column(name, wanted);
      return change === null ? read : preparedCastSql(read, type, change);
    };
    const fits = refusing.map((wanted, index) => ({
      expression: typeOf(wanted.name) !== null ? fitting(column(name, wanted.name), valueIn(wanted)) : truth,
      alias: `fits_${index}`,
    }));
    const keys = (dataset.dedupe?.key ?? []).map((key, index) => {
      const wanted = dataset.columns.find((candidate) => candidate.name === key);
      const type = made?.columns.find((own) => own.name === key)?.type;
      const value = wanted === undefined ? nothing : valueIn(wanted);
      return { expression: type === undefined ? value : cast(value, type), alias: `key_${index}` };
    });
    return select([...fits, ...keys, ...rowFound], relation(name));
  });
  const [only, ...others] = inputs;
  if (only === undefined) throw bug('a prepared dataset reads nothing');
  if (others.length === 0) return only;
  return { kind: 'set', operation: 'union', all: true, inputs, orderBy: [], limit: null };
}

const truth: SqlExpression = { kind: 'literal', literal: { type: 'boolean', value: true } };

function fitting(value: SqlExpression, cast: SqlExpression): SqlExpression {
  const isNull = (operand: SqlExpression, negated: boolean): SqlExpression => ({ kind: 'is_null', operand, negated });
  return { kind: 'logical', operator: 'or', operands: [isNull(value, false), isNull(cast, true)] };
}

function firstFailure(index: number): SqlExpression | null {
  const fits = (position: number): SqlExpression => column(null, `fits_${position}`);
  return conjunction([
    ...Array.from({ length: index }, (_, position) => fits(position)),
    { kind: 'not', operand: fits(index) },
  ]);
}

/** How many rows stay: one for each key, and all without a whole key; without deduplication all that fit. */
function kept({ dedupe, columns }: PreparedDataset): SqlExpression {
  const refusing = columns.filter(({ cast }) => cast?.onFailure === 'drop');
  const fit = refusing.map((_, index) => column(null, `fits_${index}`));
  const keys = (dedupe?.key ?? []).map((_, index) => column(null, `key_${index}`));
  const present = keys.map((operand): SqlExpression => ({ kind: 'is_null', operand, negated: true }));
  const all = aggregate('count', [{ kind: 'star' }], { filter: conjunction(fit) });
  if (keys.length === 0) return all;
  const whole = conjunction([...fit, ...present]);
  // Lengths before the parts keep ("a", "bc") from ("ab", "c").
  const text = keys.flatMap((key) => {
    const part: SqlExpression = { kind: 'cast', operand: key, to: { kind: 'text' }, lenient: false };
    return [call('length', part), { kind: 'literal', literal: { type: 'text', value: ' ' } } as const, part];
  });
  const distinct = aggregate('count', [call('concat', ...text)], { distinct: true, filter: whole });
  const isKeyless: SqlExpression = { kind: 'not', operand: conjunction(present) ?? truth };
  const keyless = aggregate('count', [{ kind: 'star' }], { filter: conjunction([...fit, isKeyless]) });
  return binary('+', distinct, keyless);
}

function countAll(name: string): SqlSelect {
  return select([{ expression: aggregate('count', [{ kind: 'star' }]), alias: 'rows' }], relation(name));
}
