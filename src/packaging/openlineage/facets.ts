import { typeText } from '../../plan/data-type.js';
import type { EvidenceEntry } from '../../plan/evidence.js';
import type { GoldColumn, Owner, Product, ProductFile, QualityRule, SourceTable } from '../../plan/product.js';
import { sortedBy } from '../../support/text-order.js';
import { columnLogic } from '../column-logic.js';

/** Who says so, as OpenLineage asks of each event and facet. */
export const producer = 'urn:dpb:compiler';

/** The namespace of jobs and datasets as files hold it; whoever sends events may name another. */
export const defaultNamespace = 'dpb';

type Facet = Readonly<Record<string, unknown>>;

/** The facets that dpb writes, with the version of the schema that each follows. */
const schemas = {
  ColumnLineageDatasetFacet: '1-2-0',
  DataQualityAssertionsDatasetFacet: '1-1-0',
  DataQualityMetricsInputDatasetFacet: '1-0-3',
  DatasourceDatasetFacet: '1-0-1',
  DocumentationDatasetFacet: '1-1-0',
  DocumentationJobFacet: '1-1-0',
  ErrorMessageRunFacet: '1-0-1',
  JobTypeJobFacet: '2-0-4',
  NominalTimeRunFacet: '1-0-1',
  OutputStatisticsOutputDatasetFacet: '1-0-2',
  OwnershipDatasetFacet: '1-0-1',
  OwnershipJobFacet: '1-0-1',
  SQLJobFacet: '1-1-0',
  SchemaDatasetFacet: '1-2-0',
  TestRunFacet: '1-0-1',
} as const;

/** `content` as a facet of that schema. */
export function facet(schema: keyof typeof schemas, content: Facet): Facet {
  const place = `https://openlineage.io/spec/facets/${schemas[schema]}/${schema}.json`;
  return { _producer: producer, _schemaURL: `${place}#/$defs/${schema}`, ...content };
}

/** Columns with their types and what they mean, in order. */
export function schemaFacet(columns: readonly (SourceTable['columns'][number] | GoldColumn)[]): Facet {
  return facet('SchemaDatasetFacet', {
    fields: columns.map(({ name, type, description }, at) => ({
      name,
      type: typeText(type),
      ...(description === '' ? {} : { description }),
      ordinal_position: at + 1,
    })),
  });
}

/** Where the files of a source lie below the root of the data, which differs from machine to machine. */
export function datasourceFacet({ dataset, files }: SourceTable): Facet {
  const [first = ''] = files;
  const path = files.length === 1 ? first : first.split('/').slice(0, -1).join('/');
  const encoded = path.split('/').map((part) => encodeURIComponent(Buffer.from(part, 'utf8').toString('utf8')));
  return facet('DatasourceDatasetFacet', { name: dataset, uri: `file:${encoded.join('/')}` });
}

/** One owner; the contact is what identifies a person or team where there is one. */
export function ownersOf({ name, contact }: Owner): Facet {
  return { owners: [{ name: contact ?? name, type: 'OWNER' }] };
}

/**
 * For each column of the gold table, the columns it is made of (DIRECT) and those that decide which rows there are
 * (INDIRECT). `masking` says that personal data goes in and does not come out: it is counted, or compared with something.
 */
export function columnLineageFacet({ file, lineage }: Product, namespace: string): Facet {
  const fields = file.model.columns.map(({ name, pii }) => {
    const from = lineage.find(({ column }) => column === name)?.from ?? [];
    const origins = new Map<string, typeof from>();
    for (const origin of from) {
      const key = JSON.stringify([origin.dataset, origin.column]);
      origins.set(key, [...(origins.get(key) ?? []), origin]);
    }
    const logic = columnLogic(file.plan, name);
    const inputFields = sortedBy([...origins], ([key]) => key).flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [
            {
              namespace,
              name: sourceName(first.dataset),
              field: first.column,
              transformations: [first, ...others].map(({ dataset, column, kind, transformation }) => ({
                type: kind.toUpperCase(),
                subtype: transformation.toUpperCase(),
                ...(kind === 'direct' && logic !== null ? { description: logic } : {}),
                masking: kind === 'direct' && pii === null && isPersonal(file, dataset, column),
              })),
            },
          ],
    );
    return [name, { inputFields }] as const;
  });
  return facet('ColumnLineageDatasetFacet', { fields: Object.fromEntries(fields) });
}

function isPersonal({ sources }: ProductFile, dataset: string, column: string): boolean {
  const source = sources.find((candidate) => candidate.dataset === dataset);
  return source?.columns.some(({ name, pii }) => name === column && pii !== null) ?? false;
}

/** The name of a source among datasets. */
export function sourceName(dataset: string): string {
  return `bronze.${dataset}`;
}

/** What the evidence says of rules, for the table that they are about; null where there are none. */
export function assertionsFacet(rules: readonly QualityRule[], entries: readonly EvidenceEntry[]): Facet | null {
  const assertions = rules.flatMap((rule) => {
    const entry = entries.find(({ id }) => id === `rule.${rule.id}`);
    if (entry?.kind !== 'rule') return [];
    const { checkedRows, failingRows } = entry.facts;
    return [
      {
        assertion: rule.check.kind,
        success: entry.status === 'proved',
        ...('column' in rule.check ? { column: rule.check.column } : {}),
        severity: severityOf(rule.severity),
        name: rule.id,
        description: rule.description,
        expected: '0 failing rows',
        actual: `${failingRows} failing rows`,
        params: { checkedRows, failingRows, origin: rule.origin },
      },
    ];
  });
  return assertions.length === 0 ? null : facet('DataQualityAssertionsDatasetFacet', { assertions });
}

/** Every claim of the evidence as a test of the run. */
export function testsFacet(entries: readonly EvidenceEntry[]): Facet {
  const tests = entries.map(({ id, title, severity, status, why, kind }) => ({
    name: id,
    status: { proved: 'pass', failed: 'fail', not_applicable: 'skip', not_shown: 'skip' }[status],
    severity: severityOf(severity),
    type: kind,
    description: title,
    ...(why === null ? {} : { actual: why }),
  }));
  return facet('TestRunFacet', { tests });
}

function severityOf(severity: 'error' | 'warning'): string {
  return severity === 'error' ? 'error' : 'warn';
}
