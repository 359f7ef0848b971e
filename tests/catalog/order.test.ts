import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.js';
import { Workbench } from './workbench.js';

const relationships = [
  '{from: lent.reader, to: readers.reader_id, role: reader}',
  '{from: lent.book, to: books.book_id}',
  '{from: lent.keeper, to: readers.reader_id, role: keeper}',
];
const terms = [
  '{term: member, synonyms: [borrower], definition: Who reads., maps_to: [readers]}',
  '{term: volume, definition: What is read., maps_to: [books]}',
  '{term: volume, definition: How much., maps_to: [books.pages]}',
];
const metrics = [
  '{name: fines, table: lent, expression: SUM(fine)}',
  '{name: length, table: books, expression: AVG(pages)}',
  '{name: fine_per_loan, expression: fines / loans}',
  '{name: loans, table: lent, expression: COUNT(*)}',
];
const rules = [
  '{id: long, table: books, condition: pages > 3, severity: warning, description: Not too short.}',
  '{id: fair, table: lent, condition: fine >= 0, severity: error, description: Fines are paid to us.}',
];
const owners = [
  '{name: shelf, contact: s@example.org, owns: [books]}',
  '{name: desk, contact: d@example.org, owns: [lent]}',
];

/** A library in two folders, scanned with its folders and all that its glossary lists in this order. */
async function scanned(inOrder: <Item>(items: readonly Item[]) => readonly Item[]): Promise<Catalog> {
  const bench = new Workbench();
  await bench.parquet({
    'old/lent/l.parquet':
      'SELECT x AS loan_id, x % 7 AS reader, x % 5 AS keeper, x % 9 AS book, (x % 4)::DECIMAL(6, 2) AS fine FROM range(90) r(x)',
    'new/books/b.parquet': 'SELECT x AS book_id, 4 + x % 6 AS pages FROM range(9) r(x)',
    'new/readers/r.parquet': "SELECT x AS reader_id, 'n' || x AS name FROM range(7) r(x)",
  });
  const list = (name: string, items: readonly string[]): string =>
    `${name}:\n${inOrder(items)
      .map((item) => `  - ${item}\n`)
      .join('')}`;
  return await bench.catalog({
    roots: inOrder(['old', 'new'].map((root) => join(bench.data, root))),
    glossary: [
      list('relationships', relationships),
      list('terms', terms),
      list('metrics', metrics),
      list('rules', rules),
      list('owners', owners),
    ].join(''),
  });
}

it('gives the same catalog, whatever order folders and glossaries list things in', async () => {
  const [there, back] = [await scanned((items) => items), await scanned((items) => items.toReversed())];
  expect(there.metrics).toHaveLength(4);
  expect(there.terms).toHaveLength(3);
  expect(there.rules).toHaveLength(2);
  expect(back.id).toBe(there.id);
});
