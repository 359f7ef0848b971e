import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import { faultyOptimizers } from '../../engine/faulty-optimizers.js';
import type { Product } from '../../plan/product.js';
import type { EmittedFile } from '../../plan/run-state.js';
import { commentLines } from '../escape.js';
import { yamlText } from '../yaml-text.js';
import { dbtWord, madeBy } from './dbt-names.js';
import { beginMacro, refreshConfig, refreshHook, refreshSelect } from './dbt-refresh.js';
import { dbtSources, type SourcePlace } from './dbt-sources.js';
import { asOfMacro, uniqueRowsTest } from './dbt-sql.js';
import { dbtTests, wholeTag } from './dbt-tests.js';
import { jinjaText } from './jinja.js';
import { unitTests } from './unit-tests.js';

/** Where the kinds of files of a dbt project lie, each a folder relative to the project. */
export interface DbtFolders {
  readonly models: string;
  readonly tests: string;
  readonly macros: string;
}

const standardFolders: DbtFolders = { models: 'models', tests: 'tests', macros: 'macros' };

const filesOfWorkspace: SourcePlace = { kind: 'files', defaultRoot: '../../../data/bronze' };

const wholeUsage = [
  `The test __result, tagged ${wholeTag}, computes the table once more and compares: dbt build --exclude tag:${wholeTag} leaves it out.`,
];

const refreshUsage = [
  'A second build computes the newest periods again, by the variable dpb_look_back; the test __result, tagged dpb_whole, computes all and compares.',
  'Where that fails, older facts or a table beside them changed: dbt build --full-refresh',
];

/** A dbt project of the product alone, which builds as it stands on dbt-duckdb. Paths are relative to the project. */
export function dbtProject(product: Product, place: SourcePlace = filesOfWorkspace): readonly EmittedFile[] {
  const { file } = product;
  const word = dbtWord(file);
  const project = {
    name: word,
    version: file.version,
    profile: word,
    'model-paths': [standardFolders.models],
    'test-paths': [standardFolders.tests],
    'macro-paths': [standardFolders.macros],
    'target-path': 'target',
    'clean-targets': ['target'],
    flags: { send_anonymous_usage_stats: false, require_generic_test_arguments_property: true },
  };
  const database = `{{ env_var("DPB_DBT_DATABASE", "${word}.duckdb") }}`;
  const profiles = {
    [word]: {
      target: 'local',
      outputs: {
        local: {
          type: 'duckdb',
          path: database,
          schema: '{{ env_var("DPB_DBT_SCHEMA", "main") }}',
          threads: 2,
          settings: { TimeZone: 'UTC', disabled_optimizers: faultyOptimizers },
        },
      },
    },
  };
  const usage = [
    madeBy(file),
    'Run in this folder: dbt build',
    'DPB_DATA names the folder of the sources; --vars \'{"as_of": "2025-03-31"}\' the date that counts as today.',
    ...(product.refresh.kind === 'full' ? wholeUsage : refreshUsage),
  ].join('\n');
  return [
    textFile('dbt_project.yml', yamlText(project, usage)),
    textFile('profiles.yml', yamlText(profiles, madeBy(file))),
    textFile('.gitignore', 'target/\nlogs/\ndbt_packages/\n.user.yml\n*.duckdb\n*.duckdb.wal\n'),
    ...dbtFiles(product, standardFolders, place),
  ];
}

/** The product as a part of any dbt project whose folders are `folders`: its own files and three macros that products share. */
export function dbtFiles(product: Product, folders: DbtFolders, place: SourcePlace): readonly EmittedFile[] {
  const { file } = product;
  const tests = dbtTests(product, place);
  const models = `${folders.models}/dpb/${file.name}`;
  const head = jinjaText(commentLines([file.title, `Reading: ${file.reading}`, madeBy(file)].join('\n'), '--'));
  const { properties, note } = unitTests(product);
  return [
    textFile(`${models}/${file.model.name}.sql`, `${head}\n${refreshSelect(product)}\n`),
    textFile(`${models}/_${file.name}__sources.yml`, yamlText(dbtSources(file, place), madeBy(file))),
    textFile(`${models}/_${file.name}__models.yml`, yamlText(modelProperties(product, tests), madeBy(file))),
    textFile(`${models}/_${file.name}__unit_tests.yml`, yamlText(properties, `${note}\n${madeBy(file)}`)),
    ...tests.singular.map(({ path, text }) => textFile(`${folders.tests}/dpb/${file.name}/${path}`, text)),
    textFile(`${folders.macros}/dpb/dpb_as_of.sql`, asOfMacro),
    textFile(`${folders.macros}/dpb/dpb_begin.sql`, beginMacro),
    textFile(`${folders.macros}/dpb/dpb_unique_rows.sql`, uniqueRowsTest),
  ];
}

function textFile(path: string, text: string): EmittedFile {
  return { path, text, executable: false };
}

function modelProperties(product: Product, { ofModel, ofColumn }: ReturnType<typeof dbtTests>): unknown {
  const { file } = product;
  const { model, title, owner } = file;
  // A contract needs the type of each column; of those that plans only show it is DuckDB's own.
  const isEnforced = model.columns.every(({ type }) => duckdbTypeOf(type) !== null);
  return {
    version: 2,
    models: [
      {
        name: model.name,
        description: jinjaText(model.description === '' ? file.reading : model.description),
        config: {
          ...refreshConfig(product),
          pre_hook: [`SET disabled_optimizers = '${faultyOptimizers}'`, ...refreshHook(product)],
          contract: { enforced: isEnforced },
          meta: { title: jinjaText(title), grain: jinjaText(model.grainText), reading: jinjaText(file.reading) },
        },
        ...(ofModel.length === 0 ? {} : { data_tests: ofModel }),
        columns: model.columns.map(({ name, type, description, label, unit, pii, nullable }) => ({
          name,
          quote: true,
          ...(isEnforced ? { data_type: duckdbTypeOf(type) } : {}),
          ...(isEnforced && !nullable ? { constraints: [{ type: 'not_null' }] } : {}),
          description: jinjaText(description),
          config: {
            meta: {
              label: jinjaText(label),
              ...(unit === null ? {} : { unit: jinjaText(unit) }),
              ...(pii === null ? {} : { personal_data: jinjaText(pii) }),
            },
          },
          ...(ofColumn.has(name) ? { data_tests: ofColumn.get(name) } : {}),
        })),
      },
    ],
    exposures: [
      {
        name: dbtWord(file),
        label: jinjaText(title),
        type: 'application',
        description: jinjaText(file.reading),
        owner: {
          name: jinjaText(owner.name),
          ...(owner.contact === null ? {} : { config: { meta: { contact: jinjaText(owner.contact) } } }),
        },
        depends_on: [`ref('${model.name}')`],
      },
    ],
  };
}
