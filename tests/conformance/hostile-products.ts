import type { QualityRule, SourceTable } from '../../src/plan/product.js';
import { castTo } from '../../src/proof/naive/cast.js';
import {
  aggregateQuery,
  col,
  date,
  dimension,
  isNull,
  join,
  measure,
  or,
  order,
  planOf,
  rows,
  sum,
  text,
} from '../transformation/plan-builder.js';
import { type MadeProduct, madeProduct } from './made-products.js';

/** Names and values that break out of careless quoting in SQL, Jinja, YAML, Python, JSON, paths or a terminal. */
interface Hostile {
  readonly fact: string;
  readonly lookup: string;
  readonly key: string;
  readonly label: string;
  readonly amount: string;
  readonly day: string;
  readonly folder: string;
  readonly outputs: readonly [key: string, amount: string, count: string];
  readonly values: readonly string[];
}

const long = (text: string): string => text.repeat(Math.ceil(200 / text.length)).slice(0, 200);

const worlds: readonly Hostile[] = [
  {
    fact: `sales "quoted" 'ticked' \`back\` \\`,
    lookup: '{{ config.get("x") }} {% raw %} {# note #}',
    key: '{{ this }}',
    label: `o'brien "x" $as_of`,
    amount: "'''",
    day: '"""',
    folder: `it's [a] {b} {{ c }} %s $d`,
    outputs: ['order', 'select', 'group'],
    values: [
      "{{ ref('x') }}",
      '{% endraw %}',
      '{#',
      "'; DROP TABLE x; --",
      '"""',
      "'''",
      '*/ /* --',
      `\${HOME} %s {x}`,
    ],
  },
  {
    fact: 'select',
    lookup: 'table',
    key: 'from',
    label: 'where',
    amount: 'group',
    day: 'order',
    folder: 'values',
    outputs: ['table', 'end', 'case'],
    values: [
      'null',
      'NULL',
      'true',
      'no',
      '~',
      '2025-01-01',
      '1_000',
      '0x1F',
      '1e3',
      '.inf',
      '',
      ' ',
      '- item',
      '# x',
      'a: b',
    ],
  },
  {
    fact: 'line one\nline two\ttab \u202eltr \u{1f600}',
    // Two hundred letters in the 255 bytes that a file system gives a name.
    lookup: long('列 \u05d0\u05d1 lookup of names '),
    key: long('key with spaces '),
    label: '\u202egnirts \u200f \u{1f4a5} ünïcode',
    amount: 'AMOUNT \r carriage',
    day: 'day\u2028separator',
    folder: '\u{1f600} ünïcode \u05d0',
    outputs: [long('key_').slice(0, 63), long('amount_of_').slice(0, 63), 'count'],
    values: [
      '\u202egnirts',
      'line\nbreak',
      'carriage\r\nreturn',
      'tab\t',
      '\u{1f600}',
      'zero\u200bwidth',
      '\ufeffbom',
      '\u0085',
      long('x'),
    ],
  },
];

/** Three products in which everything that may be hostile is. */
export function hostileProducts(): readonly MadeProduct[] {
  return worlds.map(productOf);
}

function productOf(hostile: Hostile, at: number): MadeProduct {
  const { fact, lookup, key, label, amount, day, folder, outputs, values } = hostile;
  const source = (dataset: string, place: string, columns: SourceTable['columns'], keyName: string): SourceTable => ({
    dataset,
    description: values.join(' '),
    owner: values[0] ?? null,
    format: { kind: 'parquet' },
    files: [`hostile-${at}/${folder}/${place}/data.parquet`],
    columns,
    keys: [[keyName]],
    freshness: values[0] ?? null,
  });
  const column = (name: string, type: SourceTable['columns'][number]['type'], nullable = true) => ({
    name,
    type,
    nullable,
    description: values.join(' '),
    pii: values[0] ?? null,
  });
  const bigint = { kind: 'integer', bits: 64 } as const;
  const decimal = { kind: 'decimal', precision: 10, scale: 2 } as const;
  const sources = [
    source(
      fact,
      'fact',
      [
        column('ID', bigint, false),
        column(key, { kind: 'text' }),
        column(amount, decimal),
        column(day, { kind: 'date' }),
      ],
      'ID',
    ),
    source(lookup, 'lookup', [column(key, { kind: 'text' }, false), column(label, { kind: 'text' })], key),
  ];
  const [keyName, amountName, countName] = outputs;
  const chosen = values.slice(0, -1).map((value) => ({ type: 'text' as const, value }));
  const query = aggregateQuery([], {
    tables: [
      { id: 'f', dataset: fact },
      { id: 'l', dataset: lookup },
    ],
    joins: [join('f', 'l', key)],
    dimensions: [dimension(keyName, col('l', label), { label: values[0] ?? '', description: values.join(' ') })],
    measures: [
      measure(amountName, sum('f', amount), { description: values.join(' '), unit: values[1] ?? null }),
      measure(countName, rows('f')),
    ],
    filter: or(
      { kind: 'in', operand: col('f', key), values: chosen, negated: false },
      {
        kind: 'like',
        operand: col('f', key),
        pattern: `%${values[2]?.replaceAll(/[\\%_]/g, '\\$&')}%`,
        ignoreCase: false,
        negated: false,
      },
      isNull(col('f', key)),
      { kind: 'comparison', operator: 'gt', left: col('f', day), right: date('2024-03-01') },
    ),
    orderBy: [order(amountName, 'descending')],
  });
  const labels = values.map((value) => `${value}!`);
  const product = madeProduct(`hostile_${at + 1}`, planOf(query), sources, rulesOf(hostile, labels));
  const cells = (type: SourceTable['columns'][number]['type'], value: string | null) =>
    value === null ? null : castTo({ kind: 'text', value }, type);
  const facts = [...values, ...values, null, 'nobody'].map((value, index) => [
    cells(bigint, String(index + 1)),
    cells({ kind: 'text' }, value),
    cells(decimal, index % 5 === 0 ? null : `${index}.25`),
    cells({ kind: 'date' }, `2024-0${1 + (index % 4)}-15`),
  ]);
  const lookups = values.map((value, index) => [
    cells({ kind: 'text' }, value),
    cells({ kind: 'text' }, labels[index] ?? null),
  ]);
  const tables = [facts, lookups].flatMap((made, index) => {
    const known = sources[index];
    return known === undefined ? [] : [{ source: known, rows: made }];
  });
  return { product: described(product, values), tables };
}

/** Rules with hostile ids and values: what is accepted in gold, and a condition on the source. */
function rulesOf({ fact, key, outputs, values }: Hostile, labels: readonly string[]): readonly QualityRule[] {
  return [
    {
      id: `gold ${values[0]}`,
      target: { kind: 'gold' },
      check: { kind: 'accepted_values', column: outputs[0], values: labels },
      severity: 'error',
      description: values.join(' '),
      origin: 'profile',
    },
    {
      id: `gold ${values[1]}`,
      target: { kind: 'gold' },
      check: {
        kind: 'condition',
        condition: {
          kind: 'not',
          operand: { kind: 'comparison', operator: 'eq', left: col('row', outputs[0]), right: text(values[0] ?? '') },
        },
      },
      severity: 'error',
      description: values.join(' '),
      origin: 'glossary',
    },
    {
      id: `source ${values[2]}`,
      target: { kind: 'source', dataset: fact },
      check: {
        kind: 'condition',
        condition: {
          kind: 'in',
          operand: col('row', key),
          values: [...values, 'nobody'].map((value) => ({ type: 'text', value })),
          negated: false,
        },
      },
      severity: 'error',
      description: values.join(' '),
      origin: 'glossary',
    },
  ];
}

function described(product: MadeProduct['product'], values: readonly string[]): MadeProduct['product'] {
  const words = values.join(' ');
  return {
    ...product,
    file: {
      ...product.file,
      title: words,
      request: words,
      reading: words,
      assumptions: [{ code: 'hostile', text: words }],
      owner: { name: words, contact: words },
      model: { ...product.file.model, description: words, grainText: words },
    },
  };
}
