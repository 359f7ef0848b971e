import type { DataType } from '../plan/data-type.js';
import type { SourceFormat } from '../plan/product.js';

/** A dataset whose files were opened: how they are read and what columns they have. */
export interface ReadSource {
  readonly format: SourceFormat;
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly partial?: true }[];
  /** SHA-256 of each file, in the order of the files. */
  readonly hashes: readonly string[];
  /** What a person should know of the reading, such as an encoding that was guessed. */
  readonly notes: readonly SourceNote[];
}

/** What a person should know; `column` is the one that the glossary could say more of, null for none. */
export interface SourceNote {
  readonly column: string | null;
  readonly text: string;
}

/** A dataset that cannot be read, with the reason, for `unreadable` of the catalog. */
export class UnreadableSource extends Error {}
