import { closeSync, openSync } from 'node:fs';
import { canonicalJson, textHash } from '../support/canonical-json.js';
import { dpbError, messageOf } from '../support/errors.js';
import { readRange } from '../support/read-range.js';
import type { Catalog, Column, Dataset } from './catalog.js';

/**
 * The text of a catalog in parts: a head with all but the columns, and the columns of each dataset apart, so that a catalog
 * of a million columns opens at once and only what is asked for is read. The head holds the hash of each part and is itself
 * what the catalog is named by: nothing is believed that a scan did not write.
 *
 *     size of the head · line end · head · columns of the first dataset · of the second …
 */

/** What of a catalog does not depend on machine and moment, with the version of its scanner. */
export type CatalogBody = Omit<Catalog, 'id'> & { readonly scannerVersion: number };

/** A dataset but for its columns. */
export type DatasetHead = Omit<Dataset, 'columns'>;

interface PackedColumns {
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

interface PackHead extends Omit<CatalogBody, 'datasets'> {
  readonly datasets: readonly (DatasetHead & { readonly columns: PackedColumns })[];
}

/** A catalog as the bytes of its pack. */
export interface CatalogPack {
  /** What it is named by: the hash of its head. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Equal bodies are equal packs, whatever the order of their keys. */
export function packOf(body: CatalogBody): CatalogPack {
  const columns = body.datasets.map((dataset) => Buffer.from(canonicalJson(dataset.columns), 'utf8'));
  const datasets = body.datasets.map((dataset, place) => {
    const bytes = columns[place] ?? Buffer.alloc(0);
    const { columns: _columns, ...rest } = dataset;
    return { ...rest, columns: { hash: textHash(bytes), size: bytes.length } };
  });
  const head = Buffer.from(canonicalJson({ ...body, datasets }), 'utf8');
  return {
    id: idOfHead(head),
    bytes: Buffer.concat([Buffer.from(`${head.length}\n`, 'utf8'), head, ...columns]),
  };
}

/**
 * The body in the pack at `path`, which is named by the catalog's id, each dataset as `placed` gives it. Columns are read when
 * they are first looked at. Raises `io.read`, also then, where the file is not what it is named by.
 */
export function readPack(path: string, id: string, placed: (head: DatasetHead) => DatasetHead): CatalogBody {
  const start = readBytes(path, 0, sizeDigitsMax).toString('latin1');
  const digits = /^(\d+)\n/.exec(start)?.[1];
  if (digits === undefined) throw dpbError('io.read', { path, reason: 'it is not a catalog snapshot' });
  const headStart = digits.length + 1;
  const head = readBytes(path, headStart, headStart + Number(digits));
  if (idOfHead(head) !== id) throw changed(path);
  const { datasets, ...rest }: PackHead = JSON.parse(head.toString('utf8'));
  let place = headStart + head.length;
  return {
    ...rest,
    datasets: datasets.map(({ columns: { hash, size }, ...dataset }) => {
      const from = place;
      place += size;
      return withColumns(placed(dataset), () => {
        const bytes = readBytes(path, from, from + size);
        if (textHash(bytes) !== hash) throw changed(path);
        const read: readonly Column[] = JSON.parse(bytes.toString('utf8'));
        return read;
      });
    }),
  };
}

/** A dataset whose columns are asked for when they are first looked at. */
function withColumns(dataset: DatasetHead, columns: () => readonly Column[]): Dataset {
  let known: readonly Column[] | null = null;
  return {
    get columns(): readonly Column[] {
      known ??= columns();
      return known;
    },
    ...dataset,
  };
}

/** More digits than the size of any head has, and the line end. */
const sizeDigitsMax = 16;

function idOfHead(head: Uint8Array): string {
  return textHash(head).slice(0, 16);
}

function changed(path: string): Error {
  return dpbError('io.read', { path, reason: 'its content is not what it is named by; delete it and scan again' });
}

function readBytes(path: string, from: number, to: number): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      return readRange(file, from, to);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw dpbError('io.read', { path, reason: messageOf(cause) }, { cause });
  }
}
