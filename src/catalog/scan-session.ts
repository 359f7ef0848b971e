import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteLiteral } from '../engine/sql-text.js';
import { type Claim, checkOf } from '../sql/premise-sql.js';
import { canonicalJson, textHash } from '../support/canonical-json.js';
import { DpbError, dpbError } from '../support/errors.js';
import type { Catalog, Dataset, KeyEvidence, Relationship } from './catalog.js';
import type { DeclaredFacts } from './declared-facts.js';
import { describeDataset } from './describe-dataset.js';
import { withHistories } from './history-relationships.js';
import { type Inclusion, type InclusionTest, type MeasureInclusions, measureInclusions } from './inclusion.js';
import { readPopularity } from './journal.js';
import { measureCheck, uniqueClaim } from './key-evidence.js';
import { measureKeys, nearKeyOf } from './keys.js';
import type { FoundDataset, Layout } from './layout.js';
import { isSameSet, type KeyedDataset } from './named-catalog.js';
import { UnreadableSource } from './opened-source.js';
import { prepareValueCounts, profileDataset } from './profile.js';
import { mountableTable, readContents, readSource, reasonOf } from './read-source.js';
import { findRelationships } from './relationships.js';
import type { ScanOptions, ScanResult } from './scan-options.js';
import { type Measurement, type ScanCache, type ScanStore, sameFiles } from './scan-state.js';
import { scrubbedCatalog } from './scrubbed-catalog.js';
import { snapshotPath, writeSnapshot } from './snapshot.js';
import { copyValueCounts, valueCountTable } from './value-index.js';
import { continuousHistory, versionsOf } from './versions.js';

/** Measures what changed since the scan that the store remembers, and writes the snapshot. */
export async function measureAndStore(
  options: ScanOptions,
  layout: Layout,
  store: ScanStore,
  inputs: string,
): Promise<ScanResult> {
  const cache = options.full ? null : store.cache();
  const engine = await openEngine({ threads: options.threads, memoryLimit: null });
  try {
    const session = new ScanSession(engine, options, layout, cache);
    await session.measureAll();
    if (session.isEmpty)
      throw dpbError('data.no_datasets', { folder: options.roots.join(', '), unreadable: session.unreadable });
    const content = scrubbedCatalog(await session.describe());
    const { path, id, surroundings } = await writeSnapshot(engine, options.stateDirectory, content);
    store.write(inputs, surroundings, session.cacheFor(id));
    return { catalogPath: path, catalogId: id, changed: true };
  } finally {
    engine.close();
  }
}

/** One scan: what was measured so far, in this session or, for unchanged files, in an earlier one. */
class ScanSession {
  readonly #engine: Engine;
  readonly #options: ScanOptions;
  readonly #layout: Layout;
  readonly #cache: ScanCache | null;
  readonly #measured = new Map<string, { readonly found: FoundDataset; readonly measurement: Measurement }>();
  readonly #unreadable: { path: string; reason: string }[] = [];
  readonly #mounted = new Set<string>();
  #inclusions: Record<string, Inclusion> = {};

  constructor(engine: Engine, options: ScanOptions, layout: Layout, cache: ScanCache | null) {
    this.#engine = engine;
    this.#options = options;
    this.#layout = layout;
    this.#cache = cache;
  }

  /** What could not be read so far, with reasons. */
  get unreadable(): readonly { readonly path: string; readonly reason: string }[] {
    return [...this.#layout.problems, ...this.#unreadable];
  }

  get isEmpty(): boolean {
    return this.#measured.size === 0;
  }

  /** Measures each dataset that the cache does not know; what cannot be read is noted, and the rest goes on. */
  async measureAll(): Promise<void> {
    await prepareValueCounts(this.#engine);
    const kept: string[] = [];
    for (const found of this.#layout.datasets) {
      try {
        const known = await this.#measure(found);
        if (known) kept.push(found.name);
      } catch (thrown) {
        if (!(thrown instanceof UnreadableSource)) throw thrown;
        await this.#engine.run(`DELETE FROM ${valueCountTable} WHERE dataset = $dataset`, { dataset: found.name });
        this.#unreadable.push({ path: found.files[0]?.path ?? found.name, reason: thrown.message });
        this.#options.onProgress(`${found.name}: not readable: ${thrown.message}`);
      }
    }
    if (this.#cache === null || kept.length === 0) return;
    await this.#engine.run(
      `ATTACH ${quoteLiteral(snapshotPath(this.#options.stateDirectory, this.#cache.catalogId))} AS dpb_former (READ_ONLY)`,
    );
    await copyValueCounts(this.#engine, 'dpb_former', kept);
    await this.#engine.run('DETACH dpb_former');
  }

  /** Whether the cache knew the measurement. */
  async #measure(found: FoundDataset): Promise<boolean> {
    const cached = this.#cache?.datasets[found.name];
    if (cached !== undefined && sameFiles(found, cached.root, cached.files)) {
      this.#measured.set(found.name, { found, measurement: cached.measurement });
      return true;
    }
    const contents = await readContents(found);
    const sameBytes =
      cached !== undefined &&
      canonicalJson(contents.map(({ sha256 }) => sha256)) === canonicalJson(cached.measurement.source.hashes) &&
      canonicalJson(found.files.map(({ path }) => path)) === canonicalJson(cached.files.map(({ path }) => path));
    if (sameBytes) {
      this.#measured.set(found.name, { found, measurement: cached.measurement });
      return true;
    }
    const source = await readSource(this.#engine, found, contents);
    if (found.kind === 'csv') this.#mounted.add(found.name);
    try {
      await this.#mount(found, source);
      const profiled = await profileDataset(this.#engine, found.name, source.columns);
      const keys = await measureKeys(this.#engine, { name: found.name, ...profiled });
      this.#measured.set(found.name, { found, measurement: { source, ...profiled, keys } });
      this.#options.onProgress(`${found.name}: ${profiled.rows} rows, ${profiled.columns.length} columns`);
      return false;
    } catch (thrown) {
      // The footer could be read, but not all of the rows.
      if (thrown instanceof DpbError && thrown.code === 'engine.query')
        throw new UnreadableSource(reasonOf(thrown, found.root));
      throw thrown;
    }
  }

  async #mount(found: FoundDataset, source: Measurement['source']): Promise<void> {
    if (this.#mounted.has(found.name)) return;
    const files = found.files.map(({ path }) => path);
    await this.#engine.mount([{ table: mountableTable(found.name, files, source), root: found.root }]);
    this.#mounted.add(found.name);
  }

  /** The references between the datasets, also those to what people say is a key or a history. */
  async #relate(facts: DeclaredFacts | null): Promise<readonly Relationship[]> {
    const datasets = [...this.#measured].map(([name, { measurement }]) => {
      const { rows, columns, keys } = measurement;
      const dedupe = facts?.dedupe.get(name);
      const history = facts?.history.get(name);
      const near = dedupe === undefined && history === undefined ? nearKeyOf({ name, rows, columns }, keys) : null;
      return {
        name,
        rows,
        columns,
        keys: dedupe === undefined ? keys : [dedupe.key, ...keys],
        targets: [...(near === null ? [] : [near]), ...(history === undefined ? [] : [history.key])],
        historyKey: history?.key ?? null,
      };
    });
    const measure: MeasureInclusions = (tests) => this.#include(tests);
    const found = await findRelationships(datasets, measure);
    const all = facts === null ? found : await withHistories(datasets, found, facts.history, measure);
    return await this.#withNearKeys(all, datasets);
  }

  async #withNearKeys(
    relationships: readonly Relationship[],
    datasets: readonly KeyedDataset[],
  ): Promise<readonly Relationship[]> {
    const measured: Relationship[] = [];
    for (const relationship of relationships) {
      const { dataset, columns } = relationship.to;
      const isUnique = datasets.find(({ name }) => name === dataset)?.keys.some((key) => isSameSet(key, columns));
      const isNear = relationship.cardinality === 'many_to_one' && isUnique === false && !relationship.during;
      if (!isNear) measured.push(relationship);
      else measured.push({ ...relationship, nearKey: await this.#measureClaim(uniqueClaim(dataset, columns)) });
    }
    return measured;
  }

  /** What the data say to a claim about keys; the dataset is mounted for it. */
  async #measureClaim(claim: Claim): Promise<KeyEvidence> {
    await this.#mountKnown(claim.dataset);
    return await measureCheck(this.#engine, checkOf(claim));
  }

  async #mountKnown(dataset: string): Promise<void> {
    const known = this.#measured.get(dataset);
    if (known !== undefined) await this.#mount(known.found, known.measurement.source);
  }

  /** Answers inclusion tests from the cache where the bytes of both sides are those of an earlier scan. */
  async #include(tests: readonly InclusionTest[]): Promise<readonly Inclusion[]> {
    const keys = tests.map((test) => this.#inclusionKey(test));
    const missing = tests.flatMap((test, index) => {
      const key = keys[index] ?? '';
      const known = this.#inclusions[key] ?? this.#cache?.inclusions[key];
      if (known !== undefined) this.#inclusions[key] = known;
      return known === undefined ? [{ test, key }] : [];
    });
    for (const name of new Set(missing.flatMap(({ test }) => [test.from.dataset, test.to.dataset])))
      await this.#mountKnown(name);
    const measured = await measureInclusions(
      this.#engine,
      missing.map(({ test }) => test),
    );
    for (const [index, { key }] of missing.entries()) {
      const inclusion = measured[index];
      if (inclusion !== undefined) this.#inclusions[key] = inclusion;
    }
    return keys.map((key) => this.#inclusions[key] ?? { matched: 0, orphans: 0, nulls: 0 });
  }

  #inclusionKey({ from, to }: InclusionTest): string {
    const side = ({ dataset, columns }: InclusionTest['from']): unknown => [
      this.#measured.get(dataset)?.measurement.source.hashes ?? dataset,
      columns,
    ];
    return textHash(canonicalJson([side(from), side(to)])).slice(0, 32);
  }

  /** The catalog: what was measured, with the glossary folded in. */
  async describe(): Promise<Omit<Catalog, 'id'>> {
    const content = this.#describeMeasured(await this.#relate(null), null);
    if (this.#options.glossaryPath === null) return await this.#withVersions(content);
    // The YAML and schema libraries are only loaded where there is a glossary.
    const [{ readGlossary }, { foldGlossary }, { declaredFacts }, { measureCast }, { FoldNotes }] = await Promise.all([
      import('./glossary.js'),
      import('./glossary-fold.js'),
      import('./declared-facts.js'),
      import('./declared-casts.js'),
      import('./fold-notes.js'),
    ]);
    const glossary = readGlossary(this.#options.glossaryPath);
    const notes = new FoldNotes(glossary);
    const measureClaim = (claim: Claim): Promise<KeyEvidence> => this.#measureClaim(claim);
    const declared = await declaredFacts(
      content.datasets,
      glossary.content,
      measureClaim,
      async (dataset, column, cast) => {
        await this.#mountKnown(dataset);
        return await measureCast(this.#engine, dataset, column, cast);
      },
      notes,
    );
    const facts = { ...declared, history: await this.#continuous(content.datasets, declared.history) };
    const isPlain = facts.dedupe.size + facts.history.size + facts.casts.size === 0;
    const described = isPlain ? content : this.#describeMeasured(await this.#relate(facts), facts);
    const known = await this.#withVersions(described);
    const measure: MeasureInclusions = (tests) => this.#include(tests);
    return await foldGlossary(known, glossary, { engine: this.#engine, measure, measureClaim }, notes);
  }

  /** Declared histories with whether they go on without a gap. */
  async #continuous(
    datasets: readonly Dataset[],
    histories: DeclaredFacts['history'],
  ): Promise<DeclaredFacts['history']> {
    const measured = new Map(histories);
    for (const dataset of datasets) {
      const history = histories.get(dataset.name);
      if (history === undefined) continue;
      await this.#mountKnown(dataset.name);
      measured.set(dataset.name, await continuousHistory(this.#engine, dataset, history));
    }
    return measured;
  }

  /** Datasets whose rows are versions of something say so. */
  async #withVersions<Content extends Pick<Catalog, 'datasets'>>(content: Content): Promise<Content> {
    const datasets: Dataset[] = [];
    for (const dataset of content.datasets) {
      const versions = await versionsOf(
        dataset,
        (claim) => this.#measureClaim(claim),
        async () => {
          await this.#mountKnown(dataset.name);
          return this.#engine;
        },
      );
      datasets.push(versions === null ? dataset : { ...dataset, versions });
    }
    return { ...content, datasets };
  }

  #describeMeasured(relationships: readonly Relationship[], facts: DeclaredFacts | null): Omit<Catalog, 'id'> {
    const popularity = readPopularity(this.#options.stateDirectory);
    const described = [...this.#measured.values()].map(({ found, measurement }) =>
      describeDataset(found, measurement, relationships, popularity.get(found.name) ?? 0, {
        dedupe: facts?.dedupe.get(found.name) ?? null,
        history: facts?.history.get(found.name) ?? null,
        casts: facts?.casts.get(found.name) ?? new Map(),
      }),
    );
    return {
      datasets: described.map(({ dataset }) => dataset),
      relationships,
      terms: [],
      metrics: [],
      rules: [],
      owners: [],
      sla: { freshness: null, latency: null, completeness: null, accuracy: null },
      answers: [],
      warnings: described.flatMap(({ warnings }) => warnings),
      unreadable: this.unreadable,
    };
  }

  cacheFor(catalogId: string): Omit<ScanCache, 'scannerVersion'> {
    const datasets = [...this.#measured].map(
      ([name, { found, measurement }]) => [name, { files: found.files, root: found.root, measurement }] as const,
    );
    return { catalogId, datasets: Object.fromEntries(datasets), inclusions: this.#inclusions };
  }
}
