import type { Evidence, SourceFingerprint } from '../../plan/evidence.js';
import type { Product, ProductFile, QualityRule, SourceTable } from '../../plan/product.js';
import { canonicalJson } from '../../support/canonical-json.js';
import type { IsoDate } from '../../support/iso-date.js';
import { uuidOfName } from '../../support/name-uuid.js';
import {
  assertionsFacet,
  columnLineageFacet,
  datasourceFacet,
  defaultNamespace,
  facet,
  ownersOf,
  producer,
  schemaFacet,
  sourceName,
  testsFacet,
} from './facets.js';

const specification = 'https://openlineage.io/spec/2-0-2/OpenLineage.json';

/** A definition has no clock: its event is of the first moment of time, so that whatever is said of a build is newer. */
const timeless = '1970-01-01T00:00:00Z';

/** A build as its events tell it: what was built, and what was found. */
export interface BuiltProduct {
  readonly product: Product;
  readonly buildId: string;
  readonly evidence: Evidence;
  readonly rows: number;
  /** The size of the gold table's file. */
  readonly bytes: number;
}

/**
 * What the definition alone says, as OpenLineage's event for that: a job with its datasets, their columns and where each
 * column comes from. It belongs to no run.
 */
export function definitionEvent(product: Product): object {
  return {
    ...headOf('JobEvent', timeless),
    job: jobOf(product),
    inputs: product.file.sources.map((source) => inputOf(source)),
    outputs: [outputOf(product)],
  };
}

/**
 * The run of a build: its START, and its COMPLETE with all that was found. They hold no clock, so that the same build has
 * the same bytes: their time is the start of the as-of day, in UTC; who sends them knows the real ones. The id of the run
 * is made of the build's, for the same inputs are the same build.
 */
export function buildEvents(built: BuiltProduct): readonly object[] {
  const { product, evidence, buildId, rows, bytes } = built;
  const { file } = product;
  const time = `${evidence.asOf}T00:00:00Z`;
  const nominalTime = facet('NominalTimeRunFacet', { nominalStartTime: time });
  const run = { runId: uuidOfName(`run of build ${buildId} of ${file.name}`) };
  const aboutGold = assertionsFacet(rulesOf(file.rules, null), evidence.entries);
  const found = inputsAsFound(file, evidence);
  const outputFacets = {
    outputStatistics: facet('OutputStatisticsOutputDatasetFacet', { rowCount: rows, size: bytes, fileCount: 1 }),
    ...(aboutGold === null ? {} : { dataQualityAssertions: aboutGold }),
  };
  const start = startOf(product, time, { ...run, facets: { nominalTime } });
  const complete = {
    ...start,
    eventType: 'COMPLETE',
    run: { ...run, facets: { nominalTime, test: testsFacet(evidence.entries) } },
    inputs: found,
    outputs: [{ ...outputOf(product), outputFacets }],
  };
  return [start, complete];
}

/** A run that published nothing, as its events tell it. */
export interface FailedRun {
  readonly product: Product;
  readonly runId: string;
  readonly asOf: IsoDate;
  /** What was found before it failed; null where it did not come so far. */
  readonly evidence: Evidence | null;
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly began: string;
  readonly ended: string;
}

/** The run of a build that failed: its START, and its FAIL with what was found and why nothing was published. */
export function failedEvents({ product, runId, asOf, evidence, message, began, ended }: FailedRun): readonly object[] {
  const nominalTime = facet('NominalTimeRunFacet', { nominalStartTime: `${asOf}T00:00:00Z` });
  const errorMessage = facet('ErrorMessageRunFacet', { message, programmingLanguage: 'SQL' });
  const run = { runId: uuidOfName(`run ${runId} of ${product.file.name}`) };
  const start = startOf(product, began, { ...run, facets: { nominalTime } });
  const test = evidence === null ? {} : { test: testsFacet(evidence.entries) };
  const fail = {
    ...start,
    eventTime: ended,
    eventType: 'FAIL',
    run: { ...run, facets: { nominalTime, errorMessage, ...test } },
    ...(evidence === null ? {} : { inputs: inputsAsFound(product.file, evidence) }),
  };
  return [start, fail];
}

function startOf(product: Product, time: string, run: object): object {
  return {
    ...headOf('RunEvent', time),
    eventType: 'START',
    run,
    job: jobOf(product),
    inputs: product.file.sources.map((source) => inputOf(source)),
    outputs: [outputOf(product)],
  };
}

/** The sources with the files that were read and how their rules came out. */
function inputsAsFound(file: ProductFile, evidence: Evidence): readonly object[] {
  return file.sources.map((source) => {
    const about = assertionsFacet(rulesOf(file.rules, source.dataset), evidence.entries);
    const read = evidence.sources.find(({ dataset }) => dataset === source.dataset);
    return {
      ...inputOf(source),
      inputFacets: {
        ...(read === undefined ? {} : { dataQualityMetrics: metricsFacet(read) }),
        ...(about === null ? {} : { dataQualityAssertions: about }),
      },
    };
  });
}

/** Events as the bytes of a file. */
export function eventsText(events: object | readonly object[]): string {
  return `${canonicalJson(events, 2)}\n`;
}

function headOf(kind: 'JobEvent' | 'RunEvent', eventTime: string): object {
  return { eventTime, producer, schemaURL: `${specification}#/$defs/${kind}` };
}

function jobOf({ file, sql }: Product): object {
  return {
    namespace: defaultNamespace,
    name: file.name,
    facets: {
      documentation: facet('DocumentationJobFacet', { description: file.reading, contentType: 'text/plain' }),
      jobType: facet('JobTypeJobFacet', { processingType: 'BATCH', integration: 'DPB', jobType: 'JOB' }),
      ownership: facet('OwnershipJobFacet', ownersOf(file.owner)),
      sql: facet('SQLJobFacet', { query: sql, dialect: 'duckdb' }),
    },
  };
}

function inputOf(source: SourceTable): object {
  const { dataset, description, owner, columns } = source;
  return {
    namespace: defaultNamespace,
    name: sourceName(dataset),
    facets: {
      dataSource: datasourceFacet(source),
      schema: schemaFacet(columns),
      ...(description === '' ? {} : { documentation: documentation(description) }),
      ...(owner === null
        ? {}
        : { ownership: facet('OwnershipDatasetFacet', ownersOf({ name: owner, contact: null })) }),
    },
  };
}

function outputOf(product: Product): object {
  const { name, owner, model } = product.file;
  return {
    namespace: defaultNamespace,
    name: `gold.${model.name}`,
    facets: {
      columnLineage: columnLineageFacet(product, defaultNamespace),
      dataSource: facet('DatasourceDatasetFacet', {
        name: 'gold',
        uri: `file:gold/${name}/current/${encodeURIComponent(model.name)}.parquet`,
      }),
      documentation: documentation(model.description === '' ? model.grainText : model.description),
      ownership: facet('OwnershipDatasetFacet', ownersOf(owner)),
      schema: schemaFacet(model.columns),
    },
  };
}

function documentation(description: string): object {
  return facet('DocumentationDatasetFacet', { description, contentType: 'text/plain' });
}

function metricsFacet({ files }: SourceFingerprint): object {
  return facet('DataQualityMetricsInputDatasetFacet', {
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    fileCount: files.length,
    columnMetrics: {},
  });
}

/** The rules about a source, or about the gold table where `dataset` is null. */
function rulesOf(rules: readonly QualityRule[], dataset: string | null): readonly QualityRule[] {
  return rules.filter(({ target }) => (target.kind === 'gold' ? null : target.dataset) === dataset);
}
