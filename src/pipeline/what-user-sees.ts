import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { HiddenNames } from '../catalog/hidden-names.js';
import { restrictedCatalog } from '../catalog/restricted-catalog.js';
import { type Access, accessOf } from '../governance/access-policy.js';
import { columnsSeenBy } from '../plan/masked-columns.js';
import { sourcesReadBy } from '../plan/plan-datasets.js';
import type { ProductFile, SourceTable } from '../plan/product.js';
import type { Reading } from '../plan/reading.js';
import { readTextIfThere } from '../support/atomic-files.js';
import { DpbError, dpbError } from '../support/errors.js';
import { readStates } from './checkpoint.js';
import { productNames, readProductFile } from './definition.js';
import { listRuns, readRunRequest, readRunResult, runDirectory } from './runs.js';
import { openWholeGraph } from './session.js';
import type { Settings } from './settings.js';
import { mayDeclarePolicy } from './standing-policy.js';

/**
 * The products and runs of a workspace as far as its user may see them. Under a policy those whose datasets, columns or words
 * are denied do not exist: they are told as what is not there is told, and no near name tells of them.
 */
export interface WhatUserSees {
  /** The product file that `nameOrPath` names. Raises `product.unknown`, and the diagnostics of the file. */
  productFile(nameOrPath: string): ProductFile;
  /** The runs, oldest first. */
  runs(): readonly string[];
  /** Raises `run.unknown` for a run that is not seen. */
  requireRun(runId: string): void;
}

/**
 * What the user of the settings sees. Where the glossary declares no policy, all. Else the catalog is asked who may see what;
 * raises `access.unknown` where that cannot be told.
 */
export async function whatUserSees(settings: Settings): Promise<WhatUserSees> {
  const { products, workspace, user } = settings;
  if (!mayDeclarePolicy(settings.glossary) && settings.replacedPolicies.length === 0) return everything(settings);
  const graph = await openWholeGraph(settings);
  try {
    const { catalog } = graph;
    if (catalog.access === undefined) return everything(settings);
    const access = accessOf(catalog.access, user);
    const seen = new Seen(settings, access, new HiddenNames(catalog, restrictedCatalog(catalog, access)));
    return {
      productFile: (nameOrPath) => seen.productFile(nameOrPath),
      runs: () => listRuns(workspace).filter((runId) => seen.seesRun(runId)),
      requireRun: (runId) => {
        if (listRuns(workspace).includes(runId) && seen.seesRun(runId)) return;
        const runs = listRuns(workspace).filter((known) => distance(known, runId) <= 3 && seen.seesRun(known));
        throw dpbError('run.unknown', { runId, near: runs.slice(0, 3) });
      },
    };
  } finally {
    await graph.close();
  }

  function everything({ workspace: whole }: Settings): WhatUserSees {
    return {
      productFile: (nameOrPath) => readProductFile(products, nameOrPath),
      runs: () => listRuns(whole),
      requireRun: () => undefined,
    };
  }
}

/** Raises `product.taken`, without what it is, where a product of that name is there that the user does not see. */
export async function requireSeenOrFree(settings: Settings, name: string): Promise<void> {
  if (!productNames(settings.products).includes(name)) return;
  try {
    (await whatUserSees(settings)).productFile(name);
  } catch (thrown) {
    if (!(thrown instanceof DpbError) || thrown.code !== 'product.unknown') throw thrown;
    throw dpbError('product.taken', { name, difference: 'it is another product' });
  }
}

class Seen {
  readonly #settings: Settings;
  readonly #access: Access;
  readonly #hidden: HiddenNames;

  constructor(settings: Settings, access: Access, hidden: HiddenNames) {
    this.#settings = settings;
    this.#access = access;
    this.#hidden = hidden;
  }

  productFile(nameOrPath: string): ProductFile {
    const { products } = this.#settings;
    const file = this.#existing(nameOrPath);
    if (file !== null && this.#seesProduct(file)) return file;
    const near = productNames(products).filter((name) => {
      if (distance(name, nameOrPath) > Math.max(2, nameOrPath.length / 3)) return false;
      const known = this.#existing(name);
      return known !== null && this.#seesProduct(known);
    });
    throw dpbError('product.unknown', { name: nameOrPath, near: near.slice(0, 3) });
  }

  seesRun(runId: string): boolean {
    const { workspace } = this.#settings;
    const result = readRunResult(workspace, runId);
    const directory = runDirectory(workspace, runId);
    const texts = [
      result?.request ?? readRunRequest(workspace, runId).request.text,
      result?.message ?? '',
      ...messagesOf(readTextIfThere(join(directory, 'events.jsonl')) ?? ''),
    ];
    if (texts.some((text) => this.#hidden.occursIn(text))) return false;
    const product = result?.product ?? null;
    const made = product === null ? null : this.#existing(product);
    if (made !== null && !this.#seesProduct(made)) return false;
    return readStates(directory).every(
      ({ readings, selection, sources }) =>
        (sources ?? []).every((source) => this.#seesSource(source)) &&
        [
          ...(readings ?? []),
          ...(selection?.alternatives ?? []),
          ...(selection?.reading ? [selection.reading] : []),
        ].every((reading) => this.#seesReading(reading)),
    );
  }

  /** The product file of that name or path; null where there is none. One that is broken is as good as none to somebody who may not see all. */
  #existing(nameOrPath: string): ProductFile | null {
    try {
      return readProductFile(this.#settings.products, nameOrPath);
    } catch (thrown) {
      if (thrown instanceof DpbError) return null;
      throw thrown;
    }
  }

  #seesProduct({ sources, title, request, reading, assumptions, model, rules }: ProductFile): boolean {
    const texts = [
      ...[title, request, reading, model.description, model.grainText],
      ...assumptions.map(({ text }) => text),
      ...model.columns.flatMap(({ name, label, description }) => [name, label, description]),
      ...rules.flatMap(({ id, description }) => [id, description]),
    ];
    return sources.every((source) => this.#seesSource(source)) && !texts.some((text) => this.#hidden.occursIn(text));
  }

  #seesSource({ dataset, columns }: SourceTable): boolean {
    const { allowsDataset, allowsColumn, countsColumn } = this.#access;
    // Of what is made over a masked column nothing was written that shows it, where its maker saw none of it either.
    const sees = ({ name, masked }: SourceTable['columns'][number]): boolean =>
      masked === true ? countsColumn(dataset, name) : allowsColumn(dataset, name);
    return allowsDataset(dataset) && columns.every(sees);
  }

  #seesReading({ plan, echo }: Reading): boolean {
    const { allowsDataset, allowsColumn } = this.#access;
    const sources = sourcesReadBy(plan);
    return (
      sources.every((dataset) => allowsDataset(dataset)) &&
      columnsSeenBy(plan).every(({ dataset, column }) => !sources.includes(dataset) || allowsColumn(dataset, column)) &&
      !this.#hidden.occursIn(echo)
    );
  }
}

const eventSchema = z.looseObject({
  request: z.string().optional(),
  message: z.string().optional(),
  summary: z.string().optional(),
});

/** What the events of a run say in words. A line that is torn says nothing that is shown either. */
function messagesOf(lines: string): readonly string[] {
  return lines.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const event = eventSchema.safeParse(JSON.parse(line));
    return event.success ? [event.data.request ?? '', event.data.message ?? '', event.data.summary ?? ''] : [];
  });
}
