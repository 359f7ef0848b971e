import type { Product, ProductFile } from '../../src/plan/product.js';
import type { SemanticPlan } from '../../src/plan/query.js';

const plan: SemanticPlan = {
  version: 1,
  time: { zone: 'UTC', weekStart: 'monday', fiscalYearStart: 1 },
  query: {
    kind: 'aggregate',
    tables: [
      { id: 'loans', dataset: 'loans' },
      { id: 'members', dataset: 'members' },
    ],
    joins: [{ from: 'loans', to: 'members', on: [{ from: 'member', to: 'id' }], cardinality: 'many_to_one' }],
    unmatched: 'keep',
    every: null,
    dimensions: [
      {
        name: 'month',
        label: 'Month',
        description: 'Month of the loan',
        shown: true,
        role: 'key',
        expression: {
          kind: 'time_truncate',
          unit: 'month',
          operand: { kind: 'column', table: 'loans', column: 'lent_on' },
        },
      },
      {
        name: 'branch',
        label: 'Branch',
        description: 'Branch of the member',
        shown: true,
        role: 'key',
        expression: { kind: 'column', table: 'members', column: 'branch' },
      },
    ],
    measures: [
      {
        name: 'fees',
        label: 'Fees',
        description: 'Fees of the loans',
        shown: true,
        unit: 'EUR',
        definition: {
          kind: 'aggregate',
          function: 'sum',
          home: 'loans',
          argument: { kind: 'column', table: 'loans', column: 'fee' },
          filter: null,
          fraction: null,
          orderedBy: null,
        },
      },
      {
        name: 'loan_count',
        label: 'Loans',
        description: 'Number of loans',
        shown: true,
        unit: null,
        definition: {
          kind: 'aggregate',
          function: 'count',
          home: 'loans',
          argument: null,
          filter: null,
          fraction: null,
          orderedBy: null,
        },
      },
    ],
    filter: {
      kind: 'comparison',
      operator: 'lt',
      left: { kind: 'column', table: 'loans', column: 'lent_on' },
      right: { kind: 'as_of' },
    },
    having: null,
    orderBy: [{ by: 'month', direction: 'ascending', nulls: 'last' }],
    limit: null,
  },
};

const file: ProductFile = {
  dpb: 1,
  name: 'monthly_fees',
  version: '1.0.0',
  title: 'Monthly fees',
  request: 'monthly fees and loans by branch',
  reading: 'sum of fee and number of loans for each month of lent on and branch of members',
  assumptions: [{ code: 'date_column', text: 'The month is that of lent_on.' }],
  useCaseId: 'LIB-7',
  owner: { name: 'lending', contact: 'lending@library.example' },
  sla: { freshness: 'P1D', latency: 'PT15M', completeness: 0.99, accuracy: null },
  plan,
  sources: [
    {
      dataset: 'loans',
      description: 'Loans of books',
      owner: 'lending',
      format: { kind: 'csv', delimiter: ';', quote: '"', escape: '"', header: true, nullText: '', encoding: 'utf-8' },
      files: ['loans/part-1.csv', 'loans/part-2.csv'],
      columns: [
        { name: 'id', type: { kind: 'integer', bits: 64 }, nullable: false, description: 'Number', pii: null },
        { name: 'member', type: { kind: 'integer', bits: 64 }, nullable: true, description: 'Who lent', pii: null },
        {
          name: 'fee',
          type: { kind: 'decimal', precision: 10, scale: 2 },
          nullable: true,
          description: 'Fee',
          pii: null,
        },
        { name: 'lent_on', type: { kind: 'date' }, nullable: false, description: 'Day of the loan', pii: null },
      ],
      keys: [['id']],
      freshness: 'daily',
    },
    {
      dataset: 'members',
      description: 'People who lend',
      owner: null,
      format: { kind: 'parquet' },
      files: ['members/members.parquet'],
      columns: [
        { name: 'id', type: { kind: 'integer', bits: 64 }, nullable: false, description: 'Number', pii: null },
        { name: 'branch', type: { kind: 'text' }, nullable: true, description: 'Home branch', pii: null },
        { name: 'mail', type: { kind: 'text' }, nullable: true, description: 'Address', pii: 'email' },
      ],
      keys: [['id']],
      freshness: null,
    },
  ],
  model: {
    name: 'monthly_fees',
    schema: 'gold',
    description: 'Fees and loans of a month in a branch',
    grainText: 'one row per month and branch',
    grain: ['month', 'branch'],
    columns: [
      {
        name: 'month',
        label: 'Month',
        description: 'Month of the loan',
        type: { kind: 'date' },
        nullable: false,
        role: 'key',
        unit: null,
        additivity: null,
        pii: null,
      },
      {
        name: 'branch',
        label: 'Branch',
        description: 'Branch of the member',
        type: { kind: 'text' },
        nullable: true,
        role: 'key',
        unit: null,
        additivity: null,
        pii: null,
      },
      {
        name: 'fees',
        label: 'Fees',
        description: 'Fees of the loans',
        type: { kind: 'decimal', precision: 38, scale: 2 },
        nullable: true,
        role: 'measure',
        unit: 'EUR',
        additivity: 'additive',
        pii: null,
      },
      {
        name: 'loan_count',
        label: 'Loans',
        description: 'Number of loans',
        type: { kind: 'integer', bits: 64 },
        nullable: false,
        role: 'measure',
        unit: null,
        additivity: 'additive',
        pii: null,
      },
    ],
    partitionBy: { column: 'month', unit: 'year' },
    sortBy: [{ column: 'month', direction: 'ascending', nulls: 'last' }],
  },
  rules: [
    {
      id: 'gold.month.not_null',
      target: { kind: 'gold' },
      check: { kind: 'not_null', column: 'month' },
      severity: 'error',
      description: 'Month is always present',
      origin: 'schema',
    },
    {
      id: 'gold.grain.unique',
      target: { kind: 'gold' },
      check: { kind: 'unique', columns: ['month', 'branch'] },
      severity: 'error',
      description: 'one row per month and branch',
      origin: 'schema',
    },
    {
      id: 'gold.row_count',
      target: { kind: 'gold' },
      check: { kind: 'row_count', min: 1, max: null },
      severity: 'warning',
      description: 'the table is not empty',
      origin: 'schema',
    },
    {
      id: 'gold.branch.accepted_values',
      target: { kind: 'gold' },
      check: { kind: 'accepted_values', column: 'branch', values: ["King's Road", 'Süd'] },
      severity: 'warning',
      description: 'Branch is one of 2 values',
      origin: 'profile',
    },
    {
      id: 'gold.fees.range',
      target: { kind: 'gold' },
      check: { kind: 'range', column: 'fees', min: '0', max: null },
      severity: 'warning',
      description: 'Fees is not negative',
      origin: 'profile',
    },
    {
      id: 'source.loans.member.references.members',
      target: { kind: 'source', dataset: 'loans' },
      check: { kind: 'references', columns: ['member'], toDataset: 'members', toColumns: ['id'] },
      severity: 'warning',
      description: 'each member of loans is in members',
      origin: 'schema',
    },
    {
      id: 'source.loans.lent_on.freshness',
      target: { kind: 'source', dataset: 'loans' },
      check: { kind: 'freshness', column: 'lent_on', maxAgeDays: 1 },
      severity: 'warning',
      description: 'the newest lent_on is at most 1 day old',
      origin: 'sla',
    },
  ],
};

/** A small whole product, made by hand: monthly fees of a library. Its SQL has the as-of parameter. */
export const sampleProduct: Product = {
  file,
  sql: `SELECT
  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST($as_of AS DATE)
GROUP BY 1, 2
ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST`,
  spark: {
    kind: 'said',
    sql: `SELECT
  trunc(loans.lent_on, 'month') AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38,2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST(:as_of AS DATE)
GROUP BY 1, 2
ORDER BY month NULLS LAST, branch NULLS LAST`,
  },
  lineage: [
    {
      column: 'month',
      from: [{ dataset: 'loans', column: 'lent_on', kind: 'direct', transformation: 'transformation' }],
    },
    {
      column: 'branch',
      from: [
        { dataset: 'members', column: 'branch', kind: 'direct', transformation: 'identity' },
        { dataset: 'loans', column: 'member', kind: 'indirect', transformation: 'join' },
        { dataset: 'members', column: 'id', kind: 'indirect', transformation: 'join' },
      ],
    },
    {
      column: 'fees',
      from: [
        { dataset: 'loans', column: 'fee', kind: 'direct', transformation: 'aggregation' },
        { dataset: 'loans', column: 'lent_on', kind: 'indirect', transformation: 'filter' },
      ],
    },
    {
      column: 'loan_count',
      from: [{ dataset: 'loans', column: 'lent_on', kind: 'indirect', transformation: 'filter' }],
    },
  ],
  refresh: {
    kind: 'incremental',
    dataset: 'loans',
    column: 'month',
    step: { amount: 1, unit: 'month' },
    sql: {
      since: `SELECT
  CAST(date_trunc('month', loans.lent_on) AS DATE) AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38, 2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST($as_of AS DATE)
  AND (loans.lent_on IS NULL OR CAST(date_trunc('month', loans.lent_on) AS DATE) >= CAST($since AS DATE))
GROUP BY 1, 2
ORDER BY month ASC NULLS LAST, branch ASC NULLS LAST`,
      first: `SELECT
  min(CAST(date_trunc('month', lent_on) AS DATE)) AS first
FROM loans`,
    },
    spark: {
      since: `SELECT
  trunc(loans.lent_on, 'month') AS month,
  members.branch AS branch,
  CAST(sum(loans.fee) AS DECIMAL(38,2)) AS fees,
  count(*) AS loan_count
FROM loans
LEFT JOIN members
  ON loans.member = members.id
WHERE loans.lent_on < CAST(:as_of AS DATE)
  AND (loans.lent_on IS NULL OR trunc(loans.lent_on, 'month') >= CAST(:since AS DATE))
GROUP BY 1, 2
ORDER BY month NULLS LAST, branch NULLS LAST`,
      first: `SELECT
  min(trunc(lent_on, 'month')) AS first
FROM loans`,
    },
  },
};

/** Texts that break out of naive quoting in one format or another. */
export const hostileTexts: readonly string[] = [
  `it's "quoted" \`ticked\` \\ back`,
  'line one\nline two\r\nline three\u2028four\u2029five\u0085six',
  '</script><script>alert(1)</script>',
  '""" + __import__("os").system("x") + """',
  "'; DROP TABLE x; --",
  '| a | b |\n|---|---|',
  '```\n%%{init: {"securityLevel": "loose"}}%%',
  `\${HOME} {{ jinja }} {braces} #{ruby} %s $as_of`,
  '- item\n# heading: yes\n? complex',
  '\u202egnirts \ufeff zero\u200bwidth \u{1f600}',
  'null',
  '2025-01-01',
  '  spaces around  ',
  '"""',
  '\\',
  '*/ /* --',
];

/** The product with `text` in every place that people or data fill with free words. */
export function productWith(text: string): Product {
  const rename = (dataset: string): string => `${dataset} ${text}`;
  const { file, sql, spark, lineage, refresh } = sampleProduct;
  return {
    file: {
      ...file,
      title: text,
      request: text,
      reading: text,
      assumptions: [{ code: text, text }],
      useCaseId: text,
      owner: { name: text, contact: text },
      sources: file.sources.map((source) => ({
        ...source,
        dataset: rename(source.dataset),
        description: text,
        owner: text,
        freshness: text,
        columns: source.columns.map((column) => ({ ...column, description: text, pii: text })),
      })),
      plan: {
        ...file.plan,
        query:
          file.plan.query.kind === 'aggregate'
            ? {
                ...file.plan.query,
                tables: file.plan.query.tables.map((table) => ({ ...table, dataset: rename(table.dataset) })),
                dimensions: file.plan.query.dimensions.map((dimension) => ({
                  ...dimension,
                  label: text,
                  description: text,
                })),
                measures: file.plan.query.measures.map((measure) => ({
                  ...measure,
                  label: text,
                  description: text,
                  unit: text,
                })),
              }
            : file.plan.query,
      },
      model: {
        ...file.model,
        description: text,
        grainText: text,
        columns: file.model.columns.map((column) => ({
          ...column,
          label: text,
          description: text,
          unit: text,
          pii: text,
        })),
      },
      rules: file.rules.map((rule, index) => ({
        ...rule,
        id: `${text} ${index}`,
        description: text,
        target: rule.target.kind === 'gold' ? rule.target : { kind: 'source', dataset: rename(rule.target.dataset) },
        check:
          rule.check.kind === 'references'
            ? { ...rule.check, toDataset: rename(rule.check.toDataset) }
            : rule.check.kind === 'accepted_values'
              ? { ...rule.check, values: [text] }
              : rule.check,
      })),
    },
    sql,
    spark,
    refresh: refresh.kind === 'full' ? refresh : { ...refresh, dataset: rename(refresh.dataset) },
    lineage: lineage.map(({ column, from }) => ({
      column,
      from: from.map((edge) => ({ ...edge, dataset: rename(edge.dataset) })),
    })),
  };
}
