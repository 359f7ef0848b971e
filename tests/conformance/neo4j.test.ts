import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphServer } from '../../src/catalog/neo4j/graph-server.js';
import { Neo4jStore } from '../../src/catalog/neo4j/neo4j-store.js';
import { graphStoreContract } from '../catalog/graph/contract.js';
import { type RunningServer, startServer } from './graph-server.js';

let running: RunningServer;

beforeAll(async () => {
  running = await startServer();
});
afterAll(async () => {
  await running?.stop();
});

graphStoreContract(async () => new Neo4jStore(new GraphServer(running.settings)), 3);

describe('a graph on a server', () => {
  test('a wrong password is refused, not taken for a server that is gone', async () => {
    const server = new GraphServer({ ...running.settings, password: 'wrong' });
    await expect(server.read('RETURN 1')).rejects.toMatchObject({ code: 'graph.refused' });
    await server.close();
  });
});
