import type { ServerSettings } from '../catalog/neo4j/graph-server.js';
import { readText } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';

/**
 * Where the graph server is, of NEO4J_URI, NEO4J_USERNAME (neo4j), NEO4J_DATABASE (the user's own), and NEO4J_PASSWORD or the
 * file that NEO4J_PASSWORD_FILE names. Null where no address is given; raises `input.invalid` where one is without a password.
 */
export function graphServerSettings(environment: NodeJS.ProcessEnv): ServerSettings | null {
  const { NEO4J_URI: uri, NEO4J_USERNAME: user, NEO4J_DATABASE: database } = environment;
  if (!uri) return null;
  const file = environment.NEO4J_PASSWORD_FILE;
  const password = environment.NEO4J_PASSWORD ?? (file ? readText(file).replace(/\r?\n$/, '') : undefined);
  if (password === undefined)
    throw dpbError('input.invalid', {
      what: 'NEO4J_URI',
      problem: 'there is no password to it in NEO4J_PASSWORD, nor a file with one in NEO4J_PASSWORD_FILE',
    });
  return { uri, user: user || 'neo4j', password, database: database || null };
}
