import { nodeLabels } from '../graph/graph-content.js';
import type { GraphServer } from './graph-server.js';

/**
 * What each version of the schema adds, oldest first. A version that was released never changes: what is new is a version
 * of its own. Statements can be repeated, so that a migration which broke off is begun anew.
 */
const migrations: readonly (readonly string[])[] = [
  [
    'CREATE CONSTRAINT dpb_schema IF NOT EXISTS FOR (n:DpbSchema) REQUIRE n.name IS UNIQUE',
    ...nodeLabels.map(
      (label) =>
        `CREATE CONSTRAINT dpb_${label.toLowerCase()}_key IF NOT EXISTS FOR (n:${label}) REQUIRE n.key IS UNIQUE`,
    ),
    'CREATE INDEX dpb_value_exact IF NOT EXISTS FOR (n:Value) ON (n.index_exact)',
    'CREATE INDEX dpb_value_start IF NOT EXISTS FOR (n:Value) ON (n.index_start, n.index_size)',
    'CREATE INDEX dpb_value_finish IF NOT EXISTS FOR (n:Value) ON (n.index_finish, n.index_size)',
    'CREATE TEXT INDEX dpb_value_words IF NOT EXISTS FOR (n:Value) ON (n.index_words)',
    `CREATE FULLTEXT INDEX dpb_names IF NOT EXISTS FOR (n:Dataset|Column|BusinessTerm|Metric)
     ON EACH [n.name, n.term, n.label, n.synonyms, n.description, n.definition]`,
    `CREATE VECTOR INDEX dpb_meaning IF NOT EXISTS FOR (n:Dpb) ON (n.index_meaning)
     OPTIONS {indexConfig: {\`vector.similarity_function\`: 'cosine'}}`,
  ],
];

/** Brings the schema of the server to the newest version, and waits until its indexes can be used. */
export async function migrate(server: GraphServer): Promise<void> {
  const [held] = await server.read("MATCH (n:DpbSchema {name: 'dpb'}) RETURN n.version AS version");
  const version = Number(held?.version ?? 0);
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    for (const statement of statements) await server.write(statement);
    await server.write("MERGE (n:DpbSchema {name: 'dpb'}) SET n.version = $version", { version: index + 1 });
  }
  await server.write('CALL db.awaitIndexes(50)');
}
