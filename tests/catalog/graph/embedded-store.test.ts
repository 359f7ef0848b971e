import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../../../src/catalog/graph/embedded-store.js';
import { graphStoreContract } from './contract.js';

graphStoreContract(async () => new EmbeddedStore(mkdtempSync(join(tmpdir(), 'dpb-graph-')), null), 20);
