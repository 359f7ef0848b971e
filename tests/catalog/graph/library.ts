import { EmbeddedStore } from '../../../src/catalog/graph/embedded-store.js';
import type { GraphContent } from '../../../src/catalog/graph/graph-content.js';
import { Workbench } from '../workbench.js';

/** A lending library with all that a catalog can say: terms, metrics, rules, owners, composite keys, roles, hostile names. */
const glossary = `
terms:
  - {term: borrower, synonyms: [patron], definition: Who borrows, domain: lending, steward: Ann, maps_to: [members, members.name]}
  - {term: borrower, definition: Said twice, maps_to: loans.member_id}
metrics:
  - {name: loans_made, label: Loans, synonyms: [lendings], table: loans, expression: count(*)}
  - {name: fines, table: loans, expression: sum(fine), unit: EUR, filter: fine > 0}
tables:
  loans: {description: "One row a loan; said \\"so\\" by O'Hara", synonyms: [borrowings], owner: Ann, freshness: daily}
  members: {columns: {name: {description: Full name, synonyms: [who], pii: person_name}}}
  shelves: {columns: {label: {pii: address}}}
relationships:
  - {from: [loans.shelf_row, loans.shelf_place], to: [shelves.row, shelves.place], role: kept}
rules:
  - {id: no_negative_fine, table: loans, column: fine, condition: fine >= 0, severity: error, description: No fine is negative}
  - {id: some_row, table: members, condition: member_id > 0}
owners: [{name: Ann, contact: ann@example.org, owns: [loans, fines]}, {name: Ann, owns: [members]}]
sla: {freshness: 24h, completeness: 99%}
roles: [{role: desk, users: [ann, bo]}, {role: board, users: [cy]}, {role: nobody}]
policy: {default: allow, datasets: {members: [desk, board]}, columns: {members.name: [board], loans.fine: []}, pii: {address: mask}}
`;

/** What a scan of the library leaves in the state folder, and the graph of it. */
export async function scanLibrary({
  small = false,
  open = false,
}: {
  /** Its members alone, and nothing that people know. */
  readonly small?: boolean;
  /** Without a policy. */
  readonly open?: boolean;
} = {}): Promise<{ bench: Workbench; catalogId: string; content: GraphContent }> {
  const bench = new Workbench();
  bench.csv('members/members.csv', [
    ['member_id', 'name', 'town'],
    [1, 'Ann Über', 'New Haven'],
    [2, 'Bo', 'new haven'],
    [3, "Cy O'Neil", 'Haven'],
    [4, 'Дарья', 'Old Haven Bay'],
  ]);
  if (!small) writeMore(bench);
  const { catalogId } = await bench.scan(
    small ? {} : { glossary: open ? glossary.replace(/\npolicy:.*\n/, '\n') : glossary },
  );
  return { bench, catalogId, content: await new EmbeddedStore(bench.state, catalogId).read() };
}

function writeMore(bench: Workbench): void {
  bench.csv('loans/loans.csv', [
    ['loan_id', 'member_id', 'shelf_row', 'shelf_place', 'fine', 'the "odd" name'],
    [1, 1, 1, 1, 0.5, 'fiction'],
    [2, 1, 1, 2, 0, 'fiction'],
    [3, 2, 2, 1, 1.25, 'science fiction'],
    [4, 3, 2, 2, 0, 'poetry'],
    [5, 3, 2, 2, null, 'poetry'],
  ]);
  bench.csv('shelves/shelves.csv', [
    ['row', 'place', 'label'],
    [1, 1, 'A 1'],
    [1, 2, 'A 2'],
    [2, 1, 'B 1'],
    [2, 2, 'B 2'],
  ]);
}
