import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ownMark } from '../packaging/dbt/dbt-names.js';
import { type DbtFolders, dbtFiles } from '../packaging/dbt/dbt-project.js';
import type { Product } from '../plan/product.js';
import { makeDirectory, readText, readTextIfThere, writeTextAtomic } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';

const paths = z.array(z.string().regex(/^(?![/\\])(?!.*\.\.)[\w./ -]+$/)).min(1);
const projectSchema = z.looseObject({
  'model-paths': paths.default(['models']),
  'test-paths': paths.default(['tests']),
  'macro-paths': paths.default(['macros']),
});

/**
 * Writes the product into the dbt project in `directory`, in folders of its own; files of it that are no longer needed go.
 * Nothing else is touched. Returns the paths of its files. Raises `input.invalid` where there is no dbt project, or where a
 * file that dpb did not make is in the way.
 */
export function writeDbtFiles(directory: string, product: Product): readonly string[] {
  const folders = foldersOf(directory);
  const files = dbtFiles(product, folders, { kind: 'files', defaultRoot: 'data/bronze' });
  const wanted = new Set(files.map(({ path }) => path));
  const own = [folders.models, folders.tests].map((folder) => `${folder}/dpb/${product.file.name}`);
  const present = own.flatMap((folder) =>
    existsSync(join(directory, folder)) ? readdirSync(join(directory, folder)).map((name) => `${folder}/${name}`) : [],
  );
  for (const path of [...new Set([...present, ...wanted])]) {
    const text = readTextIfThere(join(directory, path));
    if (text !== null && !text.includes(ownMark))
      throw dpbError('input.invalid', {
        what: join(directory, path),
        problem: 'dpb did not make this file and leaves it alone',
      });
  }
  for (const path of present) if (!wanted.has(path)) rmSync(join(directory, path));
  for (const { path, text } of files) {
    makeDirectory(join(directory, path, '..'));
    writeTextAtomic(join(directory, path), text);
  }
  return files.map(({ path }) => path);
}

/** Where the project keeps models, tests and macros: the first of each that it names. */
function foldersOf(directory: string): DbtFolders {
  const path = join(directory, 'dbt_project.yml');
  const invalid = (problem: string) => dpbError('input.invalid', { what: '--dbt-project', problem });
  if (!existsSync(path)) throw invalid(`there is no dbt_project.yml in ${directory}`);
  const parsed = projectSchema.safeParse(parse(readText(path)));
  if (!parsed.success) throw invalid(`the folders that ${path} names cannot be used`);
  const first = (names: readonly string[]): string => (names[0] ?? '').replace(/\/+$/, '');
  return {
    models: first(parsed.data['model-paths']),
    tests: first(parsed.data['test-paths']),
    macros: first(parsed.data['macro-paths']),
  };
}
