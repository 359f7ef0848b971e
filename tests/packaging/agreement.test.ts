import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { duckdbTypeOf } from '../../src/engine/duckdb-type.js';
import { emitProduct } from '../../src/packaging/emit-product.js';
import { typeText } from '../../src/plan/data-type.js';
import type { Product } from '../../src/plan/product.js';
import { premiseChecks } from '../../src/sql/premise-sql.js';
import { hostileTexts, productWith, sampleProduct } from './sample-product.js';

interface Contract {
  readonly id: string;
  readonly schema: readonly [
    {
      readonly description: string;
      readonly quality?: readonly { readonly name: string }[];
      readonly properties: readonly {
        readonly name: string;
        readonly physicalType: string;
        readonly required: boolean;
        readonly description: string;
        readonly transformSourceObjects?: readonly string[];
        readonly quality?: readonly { readonly name: string }[];
      }[];
    },
  ];
}

interface DbtModels {
  readonly models: readonly [
    {
      readonly description: string;
      readonly data_tests: readonly object[];
      readonly columns: readonly {
        readonly name: string;
        readonly data_type: string;
        readonly description: string;
        readonly constraints?: readonly { readonly type: string }[];
      }[];
    },
  ];
}

interface DbtSources {
  readonly sources: readonly [
    { readonly tables: readonly { readonly config: { readonly meta: { readonly dataset: string } } }[] },
  ];
}

interface Suite {
  readonly expectations: readonly {
    readonly kwargs: { readonly column_list?: readonly string[] };
    readonly meta: { readonly rule: string };
  }[];
  readonly meta: { readonly rules_without_expectation: readonly { readonly rule: string }[] };
}

interface Lineage {
  readonly inputs: readonly { readonly dataset: string }[];
  readonly output: {
    readonly columns: readonly {
      readonly name: string;
      readonly type: string;
      readonly from: readonly { readonly kind: string; readonly dataset: string; readonly column: string }[];
    }[];
  };
}

interface OpenLineage {
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly [
    {
      readonly facets: {
        readonly schema: { readonly fields: readonly { readonly name: string; readonly type: string }[] };
        readonly documentation: { readonly description: string };
        readonly columnLineage: {
          readonly fields: Readonly<
            Record<
              string,
              {
                readonly inputFields: readonly {
                  readonly name: string;
                  readonly field: string;
                  readonly transformations: readonly { readonly type: string }[];
                }[];
              }
            >
          >;
        };
      };
    },
  ];
}

interface DataProduct {
  readonly inputPorts: readonly { readonly name: string }[];
  readonly outputPorts: readonly { readonly contractId: string; readonly description: string }[];
}

/** A property of dbt as its templates show it. */
const shown = (text: string): string => text.replaceAll("{{ '{' }}", '{').replaceAll("{{ '\\r' }}", '\r');

/** The files of the product, each read by its own format. */
function packageOf(product: Product) {
  const files = new Map(emitProduct(product).map(({ path, text }) => [path, text]));
  const { name } = product.file;
  const text = (path: string): string => files.get(path) ?? `there is no ${path}`;
  return {
    contract: parse(text('contract.odcs.yaml')) as Contract,
    models: parse(text(`dbt/models/dpb/${name}/_${name}__models.yml`)) as DbtModels,
    sources: parse(text(`dbt/models/dpb/${name}/_${name}__sources.yml`)) as DbtSources,
    suite: JSON.parse(text('great_expectations/suite.json')) as Suite,
    sourceSuites: (JSON.parse(text('great_expectations/sources.json')) as { suite: Suite }[]).map(({ suite }) => suite),
    lineage: JSON.parse(text('lineage/lineage.json')) as Lineage,
    openLineage: JSON.parse(text('lineage/openlineage.json')) as OpenLineage,
    product: parse(text('data-product.yaml')) as DataProduct,
    job: text(`etl/${name}.py`),
    tests: [...files.keys()].filter((path) => path.startsWith('dbt/tests/')),
  };
}

describe.each(['', ...hostileTexts])('the package of a product with the text %j', (words) => {
  const product = words === '' ? sampleProduct : productWith(words);
  const { model, rules, sources } = product.file;
  const made = packageOf(product);
  const [table] = made.contract.schema;
  const [dbt] = made.models.models;

  it('says the same of each column: name, type, nulls, description', () => {
    const expected = model.columns.map(({ name, type, nullable, description }) => [
      name,
      duckdbTypeOf(type),
      !nullable,
      description,
    ]);
    const inContract = table.properties.map((column) => [
      column.name,
      column.physicalType,
      column.required,
      column.description,
    ]);
    const inDbt = dbt.columns.map((column) => [
      column.name,
      column.data_type,
      (column.constraints ?? []).some(({ type }) => type === 'not_null'),
      shown(column.description),
    ]);
    expect(inContract).toEqual(expected);
    expect(inDbt).toEqual(expected);
    expect(made.suite.expectations[0]?.kwargs.column_list).toEqual(model.columns.map(({ name }) => name));
    expect(made.lineage.output.columns.map(({ name, type }) => [name, type])).toEqual(
      model.columns.map(({ name, type }) => [name, typeText(type)]),
    );
    const [{ facets }] = made.openLineage.outputs;
    expect(facets.schema.fields.map(({ name, type }) => [name, type])).toEqual(
      model.columns.map(({ name, type }) => [name, typeText(type)]),
    );
    for (const { name, type } of model.columns)
      expect(made.job).toContain(`{"name": "${name}", "type": "${duckdbTypeOf(type)}"}`);
  });

  it('says the same of the table', () => {
    const [{ facets }] = made.openLineage.outputs;
    expect([
      table.description,
      shown(dbt.description),
      made.product.outputPorts[0]?.description,
      facets.documentation.description,
    ]).toEqual(Array.from({ length: 4 }, () => model.description));
    expect(made.product.outputPorts[0]?.contractId).toBe(made.contract.id);
  });

  it('names each rule wherever rules are', () => {
    const gold = rules.filter(({ target }) => target.kind === 'gold').map(({ id }) => id);
    const inContract = [table, ...table.properties].flatMap(({ quality = [] }) => quality.map(({ name }) => name));
    expect([...inContract].sort()).toEqual([...gold].sort());
    const suites = [made.suite, ...made.sourceSuites];
    const inSuite = suites.flatMap(({ expectations }) => expectations.map(({ meta }) => meta.rule));
    const without = suites.flatMap(({ meta }) => meta.rules_without_expectation.map(({ rule }) => rule));
    const beside = ['the columns of the contract', ...premiseChecks(product.file.plan).map(({ id }) => id)];
    expect([...inSuite, ...without].filter((id) => !beside.includes(id)).sort()).toEqual(
      rules.map(({ id }) => id).sort(),
    );
    // Premises of joins are tests, too: here there is one. And what columns the files of each source have; and the whole table.
    const generic = JSON.stringify(made.models).match(/"(not_null|accepted_values|dpb_unique_rows)":/g) ?? [];
    expect(generic.length + made.tests.length).toBe(rules.length + 1 + sources.length + 1);
  });

  it('names the same sources, and the same columns of them for each column', () => {
    const datasets = sources.map(({ dataset }) => dataset);
    expect(made.sources.sources[0].tables.map(({ config }) => shown(config.meta.dataset))).toEqual(datasets);
    expect(made.lineage.inputs.map(({ dataset }) => dataset)).toEqual(datasets);
    expect(made.product.inputPorts.map(({ name }) => name)).toEqual(datasets);
    expect(made.openLineage.inputs.map(({ name }) => name)).toEqual(datasets.map((dataset) => `bronze.${dataset}`));
    const [{ facets }] = made.openLineage.outputs;
    for (const [at, { name, from }] of made.lineage.output.columns.entries()) {
      const direct = from.filter(({ kind }) => kind === 'direct').map(({ dataset, column }) => `${dataset}.${column}`);
      expect(table.properties[at]?.transformSourceObjects ?? []).toEqual([...new Set(direct)].sort());
      const inEvent = (facets.columnLineage.fields[name]?.inputFields ?? [])
        .filter(({ transformations }) => transformations.some(({ type }) => type === 'DIRECT'))
        .map((input) => `${input.name}.${input.field}`);
      expect([...inEvent].sort()).toEqual([...new Set(direct)].map((column) => `bronze.${column}`).sort());
    }
  });
});
