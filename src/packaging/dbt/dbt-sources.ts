import { quoteIdentifier, verbatimGlob } from '../../engine/sql-text.js';
import type { ProductFile, QualityRule, SourceTable } from '../../plan/product.js';
import { filesTokenOf, pythonSourceOf } from '../python-sources.js';
import { dbtWord, sourceTableNames } from './dbt-names.js';
import { jinjaText } from './jinja.js';

/**
 * Where a project finds the sources: in files below the folder that DPB_DATA names, else below `defaultRoot`; or as relations
 * that stand in its database with the columns of the definition, under the names that `nameOf` gives the datasets.
 */
export type SourcePlace =
  | { readonly kind: 'files'; readonly defaultRoot: string }
  | { readonly kind: 'relations'; readonly nameOf: (dataset: string) => string };

/**
 * The sources of the product as dbt knows them. Those in files are each a SELECT that gives the columns and types of the
 * definition; files that were added to its folder belong to it.
 */
export function dbtSources(file: ProductFile, place: SourcePlace): Readonly<Record<string, unknown>> {
  const names = sourceTableNames(file.sources);
  return {
    version: 2,
    sources: [
      {
        name: dbtWord(file),
        description: jinjaText(`The bronze data of ${file.title}, relative to the folder that DPB_DATA names.`),
        tables: file.sources.map((source) => ({
          name: names.get(source.dataset),
          description: jinjaText(source.description),
          ...freshnessPart(source, file.rules),
          config: {
            meta: {
              dataset: jinjaText(source.dataset),
              ...(source.owner === null ? {} : { owner: jinjaText(source.owner) }),
              external_location: locationOf(source, file.sources, place),
            },
          },
          columns: source.columns.map(({ name, description, pii }) => ({
            name: jinjaText(name),
            description: jinjaText(description),
            ...(pii === null ? {} : { config: { meta: { personal_data: jinjaText(pii) } } }),
          })),
        })),
      },
    ],
  };
}

/** A reference to a source in a template; the names hold letters, digits and `_` alone. */
export function sourceReference(file: ProductFile, dataset: string): string {
  return `source('${dbtWord(file)}', '${sourceTableNames(file.sources).get(dataset) ?? dataset}')`;
}

/** Warns where the newest moment of the column that the product's freshness rule names is too long ago. */
function freshnessPart(source: SourceTable, rules: readonly QualityRule[]): Readonly<Record<string, unknown>> {
  const checks = rules.flatMap(({ target, check }) =>
    check.kind === 'freshness' && target.kind === 'source' && target.dataset === source.dataset ? [check] : [],
  );
  const [check] = checks;
  if (check === undefined) return {};
  return {
    loaded_at_field: jinjaText(`CAST(${quoteIdentifier(check.column)} AS TIMESTAMP)`),
    freshness: { warn_after: { count: Math.max(check.maxAgeDays, 1), period: 'day' } },
  };
}

/** What in the path of the data root would end the SQL literal, begin a pattern, or be taken for a place holder of dbt-duckdb. */
const rootEscapes: readonly (readonly [string, string])[] = [
  ["'", "''"],
  ['[', '[[]'],
  ['*', '[*]'],
  ['?', '[?]'],
  ['{', '{{'],
  ['}', '}}'],
];

function locationOf(source: SourceTable, sources: readonly SourceTable[], place: SourcePlace): string {
  const token = filesTokenOf(sources);
  const fixed = (text: string): string => jinjaText(text.replaceAll('{', '{{').replaceAll('}', '}}'));
  if (place.kind === 'relations') return fixed(`(SELECT * FROM ${quoteIdentifier(place.nameOf(source.dataset))})`);
  const files = patternsIn(source, rootTemplate(place.defaultRoot, rootEscapes), fixed);
  const [before = '', after = ''] = pythonSourceOf(source, token).sql.split(token);
  return `(${fixed(before)}[${files.join(', ')}]${fixed(after)})`;
}

/** The files of the source as a list of patterns in a template of SQL that only dbt renders. */
export function sourcePatterns(source: SourceTable, defaultRoot: string): string {
  const escapes = rootEscapes.filter(([from]) => from !== '{' && from !== '}');
  return `[${patternsIn(source, rootTemplate(defaultRoot, escapes), jinjaText).join(', ')}]`;
}

function rootTemplate(defaultRoot: string, escapes: typeof rootEscapes): string {
  const root = `env_var("DPB_DATA", "${defaultRoot}")`;
  return escapes.reduce((text, [from, to]) => `${text} | replace("${from}", "${to}")`, root);
}

function patternsIn(source: SourceTable, root: string, fixed: (text: string) => string): readonly string[] {
  return patternsOf(source).map((pattern) => `'{{ ${root} }}/${fixed(pattern.replaceAll("'", "''"))}'`);
}

/** The files of the source as patterns that take in what is added beside them, but no hidden file. */
function patternsOf({ files, format }: SourceTable): readonly string[] {
  const patterns = files.map((file) => {
    const segments = file.split('/');
    const name = segments.pop() ?? '';
    const partition = segments.findIndex((segment) => segment.includes('='));
    const fixed = partition < 0 ? segments : segments.slice(0, partition);
    // DuckDB splits a pattern at a backslash: below such a folder only the files that were there are read.
    if (fixed.length === 0 || !name.endsWith(`.${format.kind}`) || file.includes('\\')) return verbatimGlob(file);
    const varying = segments.slice(fixed.length).map((segment) => {
      const key = /^([^=]+)=/.exec(segment)?.[1];
      return key === undefined ? '[!._]*' : `${verbatimGlob(key)}=*`;
    });
    return [...fixed.map(verbatimGlob), ...varying, `[!._]*.${format.kind}`].join('/');
  });
  return [...new Set(patterns)];
}
