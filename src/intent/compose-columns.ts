import type { Column, Dataset } from '../catalog/catalog.js';
import type { Expression, Literal } from '../plan/query.js';
import type { Concept } from './concept.js';
import { conceptOf, type Draft } from './draft.js';
import type { Slot } from './request-tree.js';
import { nameColumns } from './schema-model.js';

/** A column with its dataset. */
export interface Found {
  readonly dataset: Dataset;
  readonly column: Column;
}

/** The column that the slot was read as; of a table, what names it. */
export function columnOf(draft: Draft, slot: Slot): Found | null {
  const concept = conceptOf(draft, slot);
  return concept === null ? null : conceptColumn(draft, concept);
}

function conceptColumn(draft: Draft, concept: Concept): Found | null {
  if (concept.kind === 'metric') return null;
  const dataset = draft.model.dataset(concept.dataset);
  if (dataset === undefined) return null;
  const column =
    concept.kind === 'dataset' ? nameColumns(dataset)[0] : draft.model.column(concept.dataset, concept.column);
  return column === undefined ? null : { dataset, column };
}

/** The literal of the column's type that `text` stands for. */
export function literalFor(column: Column, text: string): Literal {
  if (column.type.kind === 'boolean') return { type: 'boolean', value: /^(true|t|yes|y|1)$/iu.test(text) };
  if (column.type.kind === 'integer' && /^-?\d+$/u.test(text)) return { type: 'integer', value: text };
  if ((column.type.kind === 'decimal' || column.type.kind === 'double') && /^-?\d+(\.\d+)?$/u.test(text))
    return text.includes('.') ? { type: 'decimal', value: text } : { type: 'integer', value: text };
  if (column.type.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/u.test(text)) return { type: 'date', value: text };
  return { type: 'text', value: text };
}

/** A number as an expression, exact. */
export function numberLiteral(value: string): Expression {
  return { kind: 'literal', literal: value.includes('.') ? { type: 'decimal', value } : { type: 'integer', value } };
}
