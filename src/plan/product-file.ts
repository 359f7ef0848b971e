import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { distance } from 'fastest-levenshtein';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { dpbError } from '../support/errors.js';
import { compileSchema, depthMax, isTooDeep, jsonSchemaOf, tellingErrors } from './json-schema.js';
import type { ProductFile } from './product.js';
import { inconsistenciesOf } from './product-consistency.js';
import { productFileSchema } from './product-schema.js';

/** What is wrong with a product file, at one place of it. Lines and columns count from 1. */
interface ProductFileProblem {
  readonly line: number;
  readonly column: number;
  /** What it is about, as a JSON pointer; empty for the whole file. */
  readonly path: string;
  readonly problem: string;
  /** Known keys like the unknown one, best first. */
  readonly near: readonly string[];
}

type Found =
  | { readonly kind: 'valid'; readonly file: ProductFile }
  | { readonly kind: 'invalid'; readonly problems: readonly ProductFileProblem[] };

/**
 * Reads the text of a product file (YAML 1.2). `path` is only for messages. Raises `input.invalid` with every problem
 * as `path:line:col` and near matches of unknown keys; its place is the first one.
 */
export function parseProductFile(text: string, path: string): ProductFile {
  const found = checkProductFile(text);
  if (found.kind === 'valid') return found.file;
  const [first] = found.problems;
  const lines = found.problems.map((problem) => problemText(problem, path));
  const place = `${path}:${first?.line ?? 1}:${first?.column ?? 1}`;
  throw dpbError(
    'input.invalid',
    { what: 'the product file', problem: lines.join('\n'), near: first?.near ?? [] },
    { place },
  );
}

/** Reads the text of a product file and gives it, or all that is wrong with it in the order of the text. */
function checkProductFile(text: string): Found {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, version: '1.2', uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      kind: 'invalid',
      problems: document.errors.map((error) => at(lineCounter, error.pos[0], '', error.message, [])),
    };
  }
  const value = plainValueOf(document);
  if (value.kind === 'invalid') return { kind: 'invalid', problems: [at(lineCounter, 0, '', value.problem, [])] };
  // Compiled on first use: commands that read no product file don't pay for it.
  compiled ??= compileSchema<ProductFile>(productFileSchema);
  if (compiled(value.value)) {
    const file = value.value;
    const found = inconsistenciesOf(file).map(({ path, problem, name, known }) => {
      const keys = path.map(String);
      return at(lineCounter, offsetOf(document, keys, null), `/${keys.join('/')}`, problem, nearOf(name, known));
    });
    return found.length === 0 ? { kind: 'valid', file } : { kind: 'invalid', problems: inOrder(found) };
  }
  const problems = tellingErrors(compiled.errors ?? []).map((error) => problemOf(error, document, lineCounter));
  return { kind: 'invalid', problems: inOrder(problems) };
}

/** The plain value of the document. An alias bomb or a nesting that would exhaust the stack is a problem, not a crash. */
function plainValueOf(
  document: Document,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'invalid'; readonly problem: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (isTooDeep(value)) return { kind: 'invalid', problem: `it is nested deeper than ${depthMax} levels` };
    return { kind: 'value', value };
  } catch (thrown) {
    return { kind: 'invalid', problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

let compiled: ValidateFunction<ProductFile> | null = null;

/** The JSON Schema (2020-12) of the product file. */
export function productFileJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf(productFileSchema);
}

function problemOf(error: ErrorObject, document: Document, lineCounter: LineCounter): ProductFileProblem {
  const keys = error.instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'additionalProperties') {
    const unknown = String(error.params.additionalProperty);
    const known = isRecord(error.parentSchema?.properties) ? Object.keys(error.parentSchema.properties) : [];
    return at(
      lineCounter,
      offsetOf(document, keys, unknown),
      error.instancePath,
      `unknown key "${unknown}"`,
      nearOf(unknown, known),
    );
  }
  return at(lineCounter, offsetOf(document, keys, null), error.instancePath, messageOf(error), []);
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'required') return `"${String(error.params.missingProperty)}" is missing`;
  if (error.keyword === 'enum' && Array.isArray(error.params.allowedValues))
    return `must be one of ${error.params.allowedValues.join(', ')}`;
  if (error.keyword === 'const') return `must be ${JSON.stringify(error.params.allowedValue)}`;
  if (error.keyword === 'discriminator') return `"${String(error.params.tag)}" is missing or names no known kind`;
  return error.message ?? error.keyword;
}

function nearOf(word: string, known: readonly string[]): readonly string[] {
  return known
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((left, right) => left.far - right.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Where the value at `keys` begins, or the key `child` of it; the nearest node around where that does not exist. */
function offsetOf(document: Document, keys: readonly string[], child: string | null): number {
  const node = document.getIn(
    keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
    true,
  );
  if (child !== null && isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === child);
    if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  if (isNode(node) && node.range) return node.range[0];
  return keys.length === 0 ? 0 : offsetOf(document, keys.slice(0, -1), null);
}

function at(
  lineCounter: LineCounter,
  offset: number,
  path: string,
  problem: string,
  near: readonly string[],
): ProductFileProblem {
  const { line, col } = lineCounter.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col), path, problem, near };
}

function inOrder(problems: readonly ProductFileProblem[]): readonly ProductFileProblem[] {
  return [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
}

function problemText({ line, column, path: pointer, problem, near }: ProductFileProblem, path: string): string {
  const suggestion = near.length === 0 ? '' : ` (did you mean ${near.map((name) => `"${name}"`).join(' or ')}?)`;
  return `${path}:${line}:${column}${pointer === '' ? '' : ` ${pointer}`} ${problem}${suggestion}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
