import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.js';
import type { Expression, MeasureDefinition } from '../../src/plan/query.js';
import { columnOf, inWords, Workbench } from './workbench.js';

/** A clinic: visits of patients, and the rooms of its wards. It is measured once; its notes are read each time. */
const clinic = new Workbench();
beforeAll(async () => {
  await clinic.parquet({
    'visits/v.parquet': `SELECT x AS visit_id, x % 10 AS patient_ref, (x % 20)::DECIMAL(10, 2) AS fee_amount, (1 + x % 4) AS minutes_spent,
      CASE WHEN x % 5 = 0 THEN 'C' WHEN x % 5 = 1 THEN 'N' ELSE 'D' END AS outcome, x % 3 = 0 AS is_urgent, (x % 3)::INTEGER AS severity,
      DATE '2024-01-01' + (x % 60)::INTEGER AS seen_on FROM range(200) r(x)`,
    'patients/p.parquet': `SELECT x AS patient_no, 'n' || x AS nickname, CASE WHEN x % 2 = 0 THEN 'gold' ELSE 'basic' END AS plan_kind,
      x % 2 + 1 AS weight_class, CASE WHEN x < 5 THEN 'D' ELSE 'E' END AS grade FROM range(10) r(x)`,
    'wards/w.parquet': "SELECT x AS ward_no, 5 + x AS beds, 'w' || x AS label, x % 2 AS grade FROM range(4) r(x)",
  });
});

const joined = 'relationships: [{from: visits.patient_ref, to: patients.patient_no}]\n';

async function withNotes(notes: readonly string[], head = joined): Promise<Catalog> {
  return clinic.catalog({ glossary: `${head}notes: ${JSON.stringify(notes)}\n` });
}

/** A measure as one line. */
function measure(definition: MeasureDefinition): string {
  switch (definition.kind) {
    case 'aggregate': {
      const filter = definition.filter === null ? '' : ` if ${row(definition.filter)}`;
      return `${definition.function}(${definition.argument === null ? definition.home : row(definition.argument)}${filter})`;
    }
    case 'ratio':
      return `${measure(definition.numerator)} / ${measure(definition.denominator)}${definition.factor === 100 ? ' %' : ''}`;
    case 'combine':
      return `(${measure(definition.left)} ${definition.operator} ${measure(definition.right)})`;
    case 'constant':
      return definition.value;
    default:
      return definition.kind;
  }
}

/** A row expression as one line. */
function row(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return `${expression.table}.${expression.column}`;
    case 'literal':
      return expression.literal.type === 'null' ? 'null' : String(expression.literal.value);
    case 'comparison':
      return `${row(expression.left)} ${expression.operator} ${row(expression.right)}`;
    case 'in':
      return `${row(expression.operand)} ${expression.negated ? 'not ' : ''}in ${expression.values.map((literal) => (literal.type === 'null' ? 'null' : literal.value)).join(',')}`;
    case 'and':
    case 'or':
      return expression.operands.map(row).join(` ${expression.kind} `);
    case 'arithmetic':
      return `${row(expression.left)} ${expression.operator} ${row(expression.right)}`;
    default:
      return expression.kind;
  }
}

describe('notes with a formula', () => {
  const cases: readonly (readonly [note: string, name: string, synonyms: readonly string[], definition: string])[] = [
    ['AFV = SUM(fee_amount) / COUNT(*)', 'afv', [], 'sum(visits.fee_amount) / count(visits)'],
    [
      'Average Fee per Visit (AFV) = SUM(fee_amount) / COUNT(visit_id)',
      'average_fee_per_visit',
      ['AFV'],
      'sum(visits.fee_amount) / count(visits.visit_id)',
    ],
    [
      'AFV (Average Fee per Visit): SUM(visits.fee_amount)/COUNT(*).',
      'average_fee_per_visit',
      ['AFV'],
      'sum(visits.fee_amount) / count(visits)',
    ],
    [
      '- To calculate the urgent share, use COUNT_IF(is_urgent) / COUNT(*) * 100',
      'urgent_share',
      [],
      'count(visits if visits.is_urgent) / count(visits) %',
    ],
    [
      'Hourly fee = SUM(fee amount) / SUM(minutes spent)',
      'hourly_fee',
      [],
      'sum(visits.fee_amount) / sum(visits.minutes_spent)',
    ],
    [
      'Patience = SUM(amount) / COUNT(distinct patient ref)',
      'patience',
      [],
      'sum(visits.fee_amount) / count_distinct(visits.patient_ref)',
    ],
    ['Income is defined as SUM(`fee_amount`)', 'income', [], 'sum(visits.fee_amount)'],
    [
      'Fee rate is the ratio of SUM(fee_amount) to SUM(minutes_spent).',
      'fee_rate',
      [],
      'sum(visits.fee_amount) / sum(visits.minutes_spent)',
    ],
    [
      'Fee rate is calculated as total fee amount divided by total minutes spent',
      'fee_rate',
      [],
      'sum(visits.fee_amount) / sum(visits.minutes_spent)',
    ],
    ['Workload refers to the number of visits', 'workload', [], 'count(visits)'],
    ['Reach: the number of distinct patient_ref', 'reach', [], 'count_distinct(visits.patient_ref)'],
    ['Beds per ward = sum of beds / number of wards', 'beds_per_ward', [], 'sum(wards.beds) / count(wards)'],
    [
      'Load factor = SUM(visits.minutes_spent) / SUM(wards.beds)',
      'load_factor',
      [],
      'sum(visits.minutes_spent) / sum(wards.beds)',
    ],
    [
      "Lost fees = SUM(fee_amount) where outcome = 'C'",
      'lost_fees',
      [],
      'sum(visits.fee_amount if visits.outcome eq C)',
    ],
    [
      'The formula for net fee is SUM(fee_amount) - 2 * COUNT(*)',
      'net_fee',
      [],
      '(sum(visits.fee_amount) subtract (2 multiply count(visits)))',
    ],
    ['Use AVG(minutes_spent) to compute visit length', 'visit_length', [], 'avg(visits.minutes_spent)'],
    [
      'Weighted fee = SUM(fee_amount * patients.weight_class)',
      'weighted_fee',
      [],
      'sum(visits.fee_amount multiply patients.weight_class)',
    ],
    ['Income = SUM(fee_amount), which shows what came in', 'income', [], 'sum(visits.fee_amount)'],
    ['Income means the sum of fee amount.', 'income', [], 'sum(visits.fee_amount)'],
    [
      'Urgent rate is COUNT_IF(is_urgent) as a percentage of number of visits',
      'urgent_rate',
      [],
      'count(visits if visits.is_urgent) / count(visits) %',
    ],
    [
      'Mild rate = visits with severity 0 or 1 / all visits made',
      'mild_rate',
      [],
      'count(visits if visits.severity in 0,1) / count(visits)',
    ],
    ['Open fees = fee amount of D and N visits', 'open_fees', [], 'sum(visits.fee_amount if visits.outcome in D,N)'],
    [
      'Weight of a visit = minutes_spent * weight class',
      'weight',
      [],
      'sum(visits.minutes_spent multiply patients.weight_class)',
    ],
  ];

  it.each(cases)('%s', async (note, name, synonyms, definition) => {
    const catalog = await withNotes([note]);
    expect(catalog.warnings).toEqual([]);
    expect(catalog.metrics.map((metric) => [metric.name, metric.synonyms, measure(metric.definition)])).toEqual([
      [name, synonyms, definition],
    ]);
    expect(note).toContain(catalog.metrics[0]?.description);
  });

  it('may build on each other and on declared metrics, in any order', async () => {
    const catalog = await withNotes(
      ['Yield = Income / Workload. Workload = COUNT(visit_id).', 'INC stands for income', 'Takings means income'],
      `${joined}metrics: [{name: income, table: visits, expression: SUM(fee_amount)}]\n`,
    );
    expect(catalog.warnings).toEqual([]);
    expect(catalog.metrics.map(({ name, synonyms, definition }) => [name, synonyms, measure(definition)])).toEqual([
      ['income', ['INC', 'Takings'], 'sum(visits.fee_amount)'],
      ['workload', [], 'count(visits.visit_id)'],
      ['yield', [], 'sum(visits.fee_amount) / count(visits.visit_id)'],
    ]);
  });
});

describe('notes with a condition', () => {
  it.each([
    ["Lost visits are visits with outcome = 'C'", 'Lost visits', 'visits', 'visits.outcome eq C'],
    ["Lost visits are those where the outcome is 'C'", 'Lost visits', 'visits', 'visits.outcome eq C'],
    ["open = outcome IN ('N', 'D')", 'open', 'visits', 'visits.outcome in N,D'],
    ['open visits: outcome is N or D', 'open visits', 'visits', 'visits.outcome in N,D'],
    ['A long visit means minutes_spent > 3', 'long visit', 'visits', 'visits.minutes_spent gt 3'],
    ['Long visits have minutes spent greater than 3', null, null, null],
    ['An emergency is when is_urgent', 'emergency', 'visits', 'visits.is_urgent'],
    [
      'Premium patients are patients whose plan kind is gold',
      'Premium patients',
      'patients',
      'patients.plan_kind eq gold',
    ],
    ['To identify grim cases, filter severity >= 2 and is_urgent', null, null, null],
    ['Open visit = outcome N or D', 'Open visit', 'visits', 'visits.outcome in N,D'],
    ['Workload = visits that are N or D', 'Workload', 'visits', 'visits.outcome in N,D'],
    ["Good patients are defined as patients with grade = 'D'", 'Good patients', 'patients', 'patients.grade eq D'],
  ])('%s', async (note, term, dataset, condition) => {
    const catalog = await withNotes([note]);
    const [found] = catalog.terms;
    if (term === null) {
      expect(catalog.terms).toEqual([]);
      expect(catalog.warnings).toHaveLength(1);
      return;
    }
    expect(catalog.warnings).toEqual([]);
    expect(found).toMatchObject({ term, mapsTo: [], condition: { dataset } });
    expect(found?.condition === null || found === undefined ? '' : row(found.condition.expression)).toBe(condition);
  });

  it('or with the words that a description has for values', async () => {
    const described = `${joined}tables: {visits: {columns: {outcome: 'how it ended: C = called off, N = missed, D = done by the ward'}}}\n`;
    const catalog = await withNotes(['Idle rate = visits missed or called off / all visits'], described);
    expect(catalog.metrics.map(({ definition }) => measure(definition))).toEqual([
      'count(visits if visits.outcome in N,C) / count(visits)',
    ]);
  });

  it('that is not understood leaves a term that names nothing', async () => {
    const catalog = await withNotes(['Regular patient = a patient who came back within a month']);
    expect(catalog.terms).toMatchObject([{ term: 'Regular patient', mapsTo: [], condition: null }]);
    expect(catalog.warnings).toHaveLength(1);
  });

  it('or with another name for a thing of the data', async () => {
    const catalog = await withNotes(['Client refers to patients', 'Charge means the fee_amount column of visits']);
    expect(catalog.warnings).toEqual([]);
    expect(catalog.terms.map(({ term, mapsTo }) => [term, mapsTo])).toEqual([
      ['Charge', [{ dataset: 'visits', column: 'fee_amount', confidence: 1 }]],
      ['Client', [{ dataset: 'patients', column: null, confidence: 1 }]],
    ]);
  });
});

describe('notes with the meaning of values', () => {
  const labels = (catalog: Catalog): readonly string[] =>
    (columnOf(catalog, 'visits', 'outcome').values ?? []).map(({ value, label }) => `${value}=${label ?? ''}`);

  it.each([
    ["outcome 'C' means cancelled", ['D=', 'C=cancelled', 'N=']],
    ["In outcome, 'C' means cancelled and 'N' means not shown", ['D=', 'C=cancelled', 'N=not shown']],
    ['outcome: C = cancelled, N = not shown; D = done', ['D=done', 'C=cancelled', 'N=not shown']],
    ['The outcome column can be: C for cancelled, D for done', ['D=done', 'C=cancelled', 'N=']],
    ['visits.outcome (C = cancelled, D = done)', ['D=done', 'C=cancelled', 'N=']],
    ["'C' in outcome stands for cancelled", ['D=', 'C=cancelled', 'N=']],
    ["The outcome 'C' is for cancelled visits", ['D=', 'C=cancelled visits', 'N=']],
  ])('%s', async (note, expected) => {
    const catalog = await withNotes([note]);
    expect(catalog.warnings).toEqual([]);
    expect(labels(catalog)).toEqual(expected);
  });

  it('that do not occur are listed', async () => {
    const catalog = await withNotes(["outcome 'Z' means zapped"]);
    expect(labels(catalog)).toEqual(['D=', 'C=', 'N=']);
    expect(catalog.warnings[0]).toContain('visits.outcome has no value');
  });

  it('give way to labels of the tables', async () => {
    const catalog = await withNotes(
      ["outcome 'C' means cancelled"],
      'tables: {visits: {columns: {outcome: {values: {C: called off}}}}}\n',
    );
    expect(labels(catalog)).toEqual(['D=', 'C=called off', 'N=']);
  });
});

describe('notes with a join', () => {
  it.each([
    'visits.patient_ref can be joined with patients.patient_no',
    'patients.patient_no can be joined to visits.patient_ref',
    'visits.patient_ref = patients.patient_no',
    'visits.patient_ref references patients.patient_no',
    'Join visits and patients on visits.patient_ref = patients.patient_no',
    'visits can be joined with patients on patients.patient_no = visits.patient_ref',
  ])('%s', async (note) => {
    const catalog = await withNotes([note], '');
    expect(catalog.warnings).toEqual([]);
    expect(catalog.relationships.filter(({ source }) => source === 'declared').map(inWords)).toEqual([
      'visits.patient_ref > patients.patient_no many_to_one',
    ]);
  });

  it('that is no reference is listed', async () => {
    const catalog = await withNotes(['visits.outcome can be joined with patients.grade'], '');
    expect(catalog.relationships.filter(({ source }) => source === 'declared')).toEqual([]);
    expect(catalog.warnings[0]).toContain('neither side of the join is unique');
  });
});

describe('notes that compute something of each row', () => {
  it.each([
    ['Half fee (HF) = fee_amount / 2', 'visits', 'visits.fee_amount divide 2'],
    ['Charge is calculated as fee_amount * minutes_spent', 'visits', 'visits.fee_amount multiply visits.minutes_spent'],
  ])('%s', async (note, dataset, formula) => {
    const catalog = await withNotes([note]);
    expect(catalog.warnings).toEqual([]);
    const [term] = catalog.terms;
    expect(term?.formula?.dataset).toBe(dataset);
    expect(term?.formula === undefined ? '' : row(term.formula.expression)).toBe(formula);
  });
});

describe('notes with conditions within', () => {
  it.each([
    ['Urgent fees = SUM(fee_amount where is_urgent = true)', 'sum('],
    ['Mean wait = average of (minutes_spent * 2)', 'avg(visits.minutes_spent multiply 2)'],
    ['Dull share: count of N visits / total visits', 'count(visits if visits.outcome eq N) / count(visits)'],
  ])('%s', async (note, text) => {
    const catalog = await withNotes([note]);
    expect(catalog.warnings).toEqual([]);
    expect(catalog.metrics[0] === undefined ? '' : measure(catalog.metrics[0].definition)).toContain(text);
  });

  it('take `is considered … if` for a term', async () => {
    const catalog = await withNotes(['A visit is considered long if minutes_spent >= 4']);
    expect(catalog.warnings).toEqual([]);
    expect(catalog.terms[0]?.term).toBe('long');
    expect(catalog.terms[0]?.condition?.dataset).toBe('visits');
  });
});

describe('notes that do not parse', () => {
  it.each([
    ['Free words', 'it says no formula'],
    ['Margin = SUM(fee_amount) - SUM(costs)', 'there is no column "costs"'],
    ['Bad = read_text(fee_amount)', 'the aggregate read_text cannot be used'],
    ['Bad = SUM((SELECT 1))', 'subquery cannot be used'],
    ['Bad = SUM(fee_amount)); DROP TABLE visits; --', 'syntax error'],
    ['Gradeable = COUNT(DISTINCT grade)', 'a column of several tables'],
    ['Text sum = SUM(outcome)', 'cannot add up text'],
    ['Pi = 3.14', 'folds no rows'],
    ['Odd = fee_amount || 2', 'the aggregate || cannot be used'],
    ['Visits are made by patients who feel bad', ''],
  ])('%s', async (note, reason) => {
    const catalog = await withNotes([note]);
    expect(catalog.metrics).toEqual([]);
    expect(catalog.terms.filter(({ mapsTo, condition }) => mapsTo.length > 0 || condition !== null)).toEqual([]);
    expect(catalog.warnings.length).toBeGreaterThan(0);
    expect(catalog.warnings.join('\n')).toContain(reason);
    expect(catalog.warnings[0]).toMatch(/^glossary\.yaml:2:\d+: a note in free text/u);
  });

  it('are given up soon, however many signs they hold', async () => {
    const signs = `Tangle = ${Array.from({ length: 40 }, (_, index) => `a${index}`).join(' - ')}`;
    const words = `Tangles are those with ${Array.from({ length: 40 }, (_, index) => `x${index} and y`).join(' or ')}`;
    const catalog = await withNotes([signs, words, `Long = ${'1 + '.repeat(400)}1`]);
    expect(catalog.warnings).toHaveLength(3);
    expect(catalog.warnings[2]).toContain('more than 600 characters');
  });

  it('describe the columns that they name', async () => {
    const catalog = await withNotes(['fee_amount is billed late at night', 'nickname is what friends say.']);
    expect(columnOf(catalog, 'visits', 'fee_amount').description).toBe('fee_amount is billed late at night.');
    expect(columnOf(catalog, 'patients', 'nickname').description).toBe('');
    expect(catalog.warnings[0]).toContain('only describes visits.fee_amount');
    expect(catalog.warnings[1]).toContain('is not used');
  });

  it('take nothing from a metric of the same name', async () => {
    const catalog = await withNotes(
      ['Income = SUM(minutes_spent)'],
      'metrics: [{name: income, table: visits, expression: SUM(fee_amount)}]\n',
    );
    expect(catalog.metrics.map(({ definition }) => measure(definition))).toEqual(['sum(visits.fee_amount)']);
    expect(catalog.warnings[0]).toContain('there is another metric named "Income"');
  });
});
