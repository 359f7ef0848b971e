import { existsSync } from 'node:fs';
import { writeFileAtomic } from '../../support/atomic-files.js';
import type { Catalog } from '../catalog.js';
import { BlockFile, DamagedFile } from './block-file.js';
import { indexIdentity, searchIndexBytes } from './index-writer.js';
import { SearchIndex } from './search-index.js';

/** Writes the index of a catalog beside its snapshot. */
export function writeSearchIndex(path: string, id: string, content: Omit<Catalog, 'id'>): void {
  writeFileAtomic(path, searchIndexBytes(id, content));
}

/**
 * The index at `path` of a catalog, opened when something is first asked of it. One that is missing, damaged or of another
 * catalog or version is made anew; no answer comes of it.
 */
export class StoredSearch {
  readonly #path: string;
  readonly #catalog: Catalog;
  #index: SearchIndex | null = null;

  constructor(path: string, catalog: Catalog) {
    this.#path = path;
    this.#catalog = catalog;
  }

  /** What `act` makes of the index. */
  use<Result>(act: (index: SearchIndex) => Result): Result {
    try {
      return act(this.#opened());
    } catch (thrown) {
      if (!(thrown instanceof DamagedFile)) throw thrown;
      this.close();
      this.#write();
      return act(this.#opened());
    }
  }

  close(): void {
    this.#index?.close();
    this.#index = null;
  }

  #opened(): SearchIndex {
    if (!existsSync(this.#path)) this.#write();
    this.#index ??= new SearchIndex(BlockFile.open(this.#path, indexIdentity(this.#catalog.id)));
    return this.#index;
  }

  #write(): void {
    writeSearchIndex(this.#path, this.#catalog.id, this.#catalog);
  }
}
