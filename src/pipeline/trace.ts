import { join } from 'node:path';
import { openEngine } from '../engine/duckdb-engine.js';
import type { DataType } from '../plan/data-type.js';
import { typeText } from '../plan/data-type.js';
import type { ProductFile } from '../plan/product.js';
import type { Literal } from '../plan/query.js';
import { openProof } from '../proof/open-proof.js';
import { traceRows } from '../proof/trace.js';
import type { HomeTrace } from '../proof/trace-table.js';
import { contentHash } from '../support/canonical-json.js';
import { dpbError } from '../support/errors.js';
import { compile } from '../transformation/compile.js';
import { goldFileName, goldFolderOf, storedBuild } from './build-files.js';
import { findSources, mountChecked } from './build-sources.js';
import { readProductFile } from './definition.js';
import { isInProduct, unknownValueNotes } from './trace-near.js';
import type { VerifyOptions } from './verify.js';

export interface TraceOptions extends VerifyOptions {
  /** `column=value` each: which group. None: all rows. */
  readonly where: readonly string[];
  readonly measure: string | null;
}

export interface Trace {
  readonly buildId: string;
  readonly homes: readonly HomeTrace[];
  /** What makes the trace less than exact: sources or definition that are not those of the build. */
  readonly notes: readonly string[];
}

/**
 * The source rows behind a number of a stored build, and those left out with why. Raises `build.unknown`,
 * `product.unknown`, `source.missing`, `source.changed`, and `input.invalid` for columns and
 * values that do not fit, and for a group that neither the product nor the sources have.
 */
export async function traceProduct(options: TraceOptions): Promise<Trace> {
  const { name, onEvent } = options;
  const file = readProductFile(options.productsDirectory, name);
  const stored = await storedBuild(goldFolderOf(options.goldDirectory, name), options.buildId);
  const where = new Map(options.where.map((condition) => conditionOf(condition, file)));
  onEvent('looking at the sources');
  const sources = await findSources(file, options.dataRoots);
  const { asOf } = stored.evidence;
  const isSame = contentHash(sources.fingerprints) === contentHash(stored.evidence.sources);
  const notes = [
    ...(isSame ? [] : ['the sources are not those of the build any more: these are the rows of now']),
    ...(contentHash(file) === stored.evidence.definition ? [] : ['the product file is not the one that was built']),
  ];
  const engine = await openEngine({ threads: options.threads, memoryLimit: null });
  try {
    await mountChecked(engine, sources.mounted);
    const tables = sources.mounted.map(({ table }) => table);
    onEvent('looking up rows');
    const context = await openProof(
      {
        engine,
        file,
        asOf,
        goldPath: join(stored.folder, goldFileName(file)),
        compile: (plan) => compile(plan, tables, { asOf }).sql,
      },
      true,
    );
    const homes = await traceRows(context, { where, measure: options.measure });
    const found = homes.some(({ counted, excluded }) => counted + excluded > 0);
    if (!found && where.size > 0 && !(await isInProduct(engine, where))) {
      const unknown = await unknownValueNotes(engine, where);
      const problem = unknown.length > 0 ? unknown.join('; ') : 'the product has no such row';
      throw dpbError('input.invalid', { what: options.where.join(' '), problem });
    }
    return { buildId: stored.buildId, homes, notes };
  } finally {
    engine.close();
  }
}

/** `column=value` with the value as the column's type; nothing after the sign is the group without a value, as is `null` where that is no text. */
function conditionOf(condition: string, { model }: ProductFile): readonly [string, Literal] {
  const sign = condition.indexOf('=');
  const name = condition.slice(0, Math.max(sign, 0));
  const known = model.columns.find((column) => column.name === name);
  if (sign < 1 || known === undefined) {
    throw dpbError('input.invalid', {
      what: condition,
      problem: sign < 1 ? 'it is not column=value' : `the product has no column "${name}"`,
      near: model.columns.map((column) => column.name),
    });
  }
  const text = condition.slice(sign + 1);
  const isEmpty = text === '' || (known.type.kind !== 'text' && /^null$/iu.test(text));
  const literal = isEmpty ? ({ type: 'null' } as const) : literalOf(text, known.type);
  if (literal === null)
    throw dpbError('input.invalid', { what: condition, problem: `"${text}" is no ${typeText(known.type)}` });
  return [name, literal];
}

/** The value as a literal of the type; null where it is none. A date may be written short: `2025`, `2025-03`. */
function literalOf(text: string, type: DataType): Literal | null {
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? { type: 'boolean', value: text.toLowerCase() === 'true' } : null;
    case 'integer':
      return /^-?\d+$/.test(text) ? { type: 'integer', value: text } : null;
    case 'decimal':
      if (/^-?\d+$/.test(text)) return { type: 'integer', value: text };
      return /^-?\d+\.\d+$/.test(text) ? { type: 'decimal', value: text } : null;
    case 'double':
      return Number.isFinite(Number(text)) ? { type: 'double', value: Number(text) } : null;
    case 'date':
      return dateOf(text);
    case 'timestamp':
      return timestampOf(text);
    case 'text':
      return { type: 'text', value: text };
    case 'time':
    case 'other':
      return null;
  }
}

function dateOf(text: string): Literal | null {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text) ?? [];
  const value = `${year ?? ''}-${month}-${day}`;
  const instant = new Date(`${value}T00:00:00Z`);
  const isDate = year !== undefined && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
  return isDate ? { type: 'date', value } : null;
}

function timestampOf(text: string): Literal | null {
  const [date = '', time = '00:00:00'] = text.replace('T', ' ').split(' ');
  const day = dateOf(date);
  if (day === null || day.type !== 'date' || !/^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/.test(time)) return null;
  return { type: 'timestamp', value: `${day.value} ${time.length === 5 ? `${time}:00` : time}` };
}
