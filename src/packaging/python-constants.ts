import type { ProductFile } from '../plan/product.js';
import { pythonString } from './escape.js';

/** The comment that a job begins with: what it is of, and which file to change. */
export function headOf(file: ProductFile): string {
  return [
    file.title,
    `Request: ${file.request}`,
    `Reading: ${file.reading}`,
    `Grain: ${file.model.grainText}`,
    `Made by dpb from ${file.name}.dpb.yaml: change that file, not this one.`,
  ].join('\n');
}

/** A constant of the job: a list with its items, each on lines of its own. */
export function constant(name: string, type: string, items: readonly string[]): string {
  return items.length === 0 ? `${name}: ${type} = []` : `${name}: ${type} = [\n${items.join('\n')}\n]`;
}

/** A dict as an item of such a list. */
export function record(fields: readonly (readonly [name: string, value: string])[]): string {
  return ['    {', ...fields.map(([name, value]) => `        ${pythonString(name)}: ${value},`), '    },'].join('\n');
}

/** The truth as Python writes it. */
export function pythonBoolean(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A list on one line. */
export function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** A list with an item a line. */
export function block(items: readonly string[], indent: string): string {
  if (items.length === 0) return '[]';
  return ['[', ...items.map((item) => `${indent}    ${item},`), `${indent}]`].join('\n');
}

/** `RULES`: severity and description of each rule by its id. */
export function rulesConstant({ rules }: ProductFile): string {
  const type = 'RULES: dict[str, dict[str, str]]';
  const items = rules.map(
    ({ id, severity, description }) =>
      `    ${pythonString(id)}: {"severity": ${pythonString(severity)}, "description": ${pythonString(description)}},`,
  );
  return items.length === 0 ? `${type} = {}` : `${type} = {\n${items.join('\n')}\n}`;
}
