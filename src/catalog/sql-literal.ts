import type { DataType } from '../plan/data-type.js';
import type { Literal } from '../plan/query.js';
import type { SqlNode } from './sql-tree.js';

const integerTypes = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64, HUGEINT: 128 } as const;

/** The constant of a VALUE_CONSTANT node. */
export function literalOf(node: SqlNode): Literal {
  const value = node.node('value');
  if (value.flag('is_null')) return { type: 'null' };
  const type = value.node('type');
  const raw = value.value('value');
  const id = type.text('id');
  if (id === 'VARCHAR' && typeof raw === 'string') return { type: 'text', value: raw };
  if (id === 'BOOLEAN' && typeof raw === 'boolean') return { type: 'boolean', value: raw };
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) {
    if (id in integerTypes) return { type: 'integer', value: String(raw) };
    if (id === 'DECIMAL')
      return { type: 'decimal', value: decimalText(raw, Number(type.node('type_info').value('scale') ?? 0)) };
  }
  if (id === 'DOUBLE' && typeof raw === 'number' && Number.isFinite(raw)) return { type: 'double', value: raw };
  return node.refuse('this constant cannot be used: too many digits, or of a type that plans do not have');
}

/** `DATE '2024-01-31'`, `TRUE` and the like, which are casts of texts in the tree; null where the cast is of something else. */
export function castLiteralOf(child: SqlNode, to: DataType): Literal | null {
  if (child.text('class') !== 'CONSTANT') return null;
  const literal = literalOf(child);
  if (literal.type === 'null') return literal;
  if (literal.type !== 'text') return null;
  const { value } = literal;
  if (to.kind === 'boolean' && /^(t|f|true|false)$/i.test(value))
    return { type: 'boolean', value: value.toLowerCase().startsWith('t') };
  if (to.kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return { type: 'date', value };
  if (to.kind === 'timestamp' && !to.zoned && /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(value))
    return { type: 'timestamp', value: value.replace(' ', 'T') };
  return null;
}

/** The type that a cast names. */
export function castTypeOf(node: SqlNode): DataType {
  const type = node.node('cast_type');
  const id = type.text('id');
  const info = type.node('type_info');
  switch (id) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'HUGEINT':
      return { kind: 'integer', bits: integerTypes[id] };
    case 'DECIMAL':
      return { kind: 'decimal', precision: Number(info.value('width') ?? 18), scale: Number(info.value('scale') ?? 3) };
    case 'FLOAT':
    case 'DOUBLE':
      return { kind: 'double' };
    case 'VARCHAR':
      return { kind: 'text' };
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'DATE':
      return { kind: 'date' };
    case 'TIMESTAMP':
      return { kind: 'timestamp', zoned: false };
    default:
      return node.refuse(`a cast to ${id.toLowerCase()} cannot be used`);
  }
}

function decimalText(digits: number, scale: number): string {
  const text = String(Math.abs(digits)).padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0 ? '-' : ''}${whole}${scale > 0 ? `.${text.slice(-scale)}` : ''}`;
}
