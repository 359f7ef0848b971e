import { basename } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { distance } from 'fastest-levenshtein';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { readText } from '../support/atomic-files.js';
import { dpbError } from '../support/errors.js';
import { compareText } from '../support/text-order.js';
import { type GlossaryFile, glossarySchema } from './glossary-schema.js';

/** The keys and list positions that lead to a node of the glossary. */
export type GlossaryPath = readonly (string | number)[];

/** Something wrong in a glossary, with its place. */
export interface GlossaryProblem {
  readonly path: GlossaryPath;
  /** Characters into the text at the path. */
  readonly offset?: number;
  readonly problem: string;
  readonly near?: readonly string[];
}

/** A glossary that was read, with the means to say where each of its parts stands. */
export interface ReadGlossary {
  readonly content: GlossaryFile;
  /** `glossary.yaml:5:5` for a part, or for the nearest part around it that is there. */
  readonly place: (path: GlossaryPath, offset?: number) => string;
}

/**
 * Reads `glossary.yaml` and checks its keys and types. Raises `input.invalid` with file, line and column, and with the
 * nearest known key for an unknown one.
 */
export function readGlossary(path: string): ReadGlossary {
  const name = basename(path);
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [failure] = document.errors;
  if (failure !== undefined) {
    throw dpbError(
      'input.invalid',
      { what: name, problem: failure.message.split('\n')[0] ?? 'not YAML' },
      { place: placeOf(failure.pos[0]) },
    );
  }
  const place = (keys: GlossaryPath, offset = 0): string => placeOf(offsetOf(document, keys) + offset);
  const value: unknown = document.toJS() ?? {};
  const problems = schemaProblems(value);
  if (problems.length > 0) throw glossaryError({ place }, problems);
  return { content: value as GlossaryFile, place };
}

/** The error for the first of the problems, by place, which tells the others too. */
export function glossaryError(glossary: Pick<ReadGlossary, 'place'>, problems: readonly GlossaryProblem[]): Error {
  const [first, ...others] = problems.map(({ path, offset, problem, near }) => ({
    place: glossary.place(path, offset),
    problem,
    near: near ?? [],
  }));
  const more = others.slice(0, 5).map(({ place, problem }) => `; ${place}: ${problem}`);
  const rest = others.length > 5 ? `; and ${others.length - 5} more` : '';
  return dpbError(
    'input.invalid',
    {
      what: 'the glossary',
      problem: `${first?.problem ?? 'not valid'}${more.join('')}${rest}`,
      near: first?.near ?? [],
    },
    first === undefined ? {} : { place: first.place },
  );
}

/** At most two names near to `wanted`, the nearest first. */
export function nearNames(wanted: string, known: readonly string[]): readonly string[] {
  const lower = wanted.toLowerCase();
  return known
    .map((name) => ({ name, steps: distance(lower, name.toLowerCase()) }))
    .filter(
      ({ name, steps }) => steps <= Math.max(2, Math.min(wanted.length, name.length) / 3) && steps < wanted.length,
    )
    .sort((left, right) => left.steps - right.steps || compareText(left.name, right.name))
    .slice(0, 2)
    .map(({ name }) => name);
}

function schemaProblems(value: unknown): readonly GlossaryProblem[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false, verbose: true });
  const validate = ajv.compile(z.toJSONSchema(glossarySchema));
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  // An object that may also be a text fails as both: what is wrong inside it says more than that it is no text.
  const deepest = errors.filter(
    (error) => error.keyword !== 'anyOf' && !errors.some((other) => saysMore(other, error)),
  );
  // A misspelt key is told before the key that is missing because of it.
  const isUnknownKey = ({ keyword }: ErrorObject): number => (keyword === 'additionalProperties' ? 0 : 1);
  const ordered = (deepest.length > 0 ? deepest : errors).toSorted(
    (left, right) => isUnknownKey(left) - isUnknownKey(right),
  );
  const problems = ordered.map(problemOf);
  const seen = new Set<string>();
  return problems.filter(({ path, problem }) => {
    const key = `${path.join('/')} ${problem}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function saysMore(other: ErrorObject, error: ErrorObject): boolean {
  if (other === error || error.keyword !== 'type') return false;
  if (other.instancePath.startsWith(`${error.instancePath}/`)) return true;
  return other.instancePath === error.instancePath && other.keyword === 'additionalProperties';
}

function problemOf(error: ErrorObject): GlossaryProblem {
  const path = pathOf(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params.additionalProperty);
    const properties: unknown = error.parentSchema?.properties;
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const near = nearNames(key, known);
    const listed = near.length === 0 && known.length > 0 ? `; known are ${known.join(', ')}` : '';
    return { path: [...path, key], problem: `unknown key "${key}"${listed}`, near };
  }
  if (error.keyword === 'enum') {
    const allowed: unknown = error.params.allowedValues;
    return { path, problem: `must be one of ${Array.isArray(allowed) ? allowed.join(', ') : 'the known values'}` };
  }
  return { path, problem: `${path.join('.') || 'the glossary'} ${error.message ?? 'is not valid'}` };
}

function pathOf(pointer: string): GlossaryPath {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Where the node of the path begins; of an unknown key, the key itself. */
function offsetOf(document: Document, path: GlossaryPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const [start] = node.range;
      // The text of a quoted scalar begins after the quote.
      const quoted = 'type' in node && (node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE') ? 1 : 0;
      if (typeof start === 'number') return start + quoted;
    }
  }
  return 0;
}
