import type { DataType } from '../plan/data-type.js';
import { assertNever } from '../support/assert-never.js';

const integerNames = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT', 128: 'HUGEINT' } as const;

/** The DuckDB type that holds values of `type`; null for `other`, which is left as it is stored. */
export function duckdbTypeOf(type: DataType): string | null {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
      return integerNames[type.bits];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'double':
      return 'DOUBLE';
    case 'text':
      return 'VARCHAR';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      return type.zoned ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
    case 'other':
      return null;
    default:
      return assertNever(type);
  }
}

const decimalPattern = /^DECIMAL\((\d+),\s*(\d+)\)$/;

const plainTypes: Readonly<Record<string, DataType>> = {
  BOOLEAN: { kind: 'boolean' },
  TINYINT: { kind: 'integer', bits: 8 },
  SMALLINT: { kind: 'integer', bits: 16 },
  INTEGER: { kind: 'integer', bits: 32 },
  BIGINT: { kind: 'integer', bits: 64 },
  HUGEINT: { kind: 'integer', bits: 128 },
  // Unsigned types take the next wider signed one, which holds all their values.
  UTINYINT: { kind: 'integer', bits: 16 },
  USMALLINT: { kind: 'integer', bits: 32 },
  UINTEGER: { kind: 'integer', bits: 64 },
  UBIGINT: { kind: 'integer', bits: 128 },
  FLOAT: { kind: 'double' },
  DOUBLE: { kind: 'double' },
  VARCHAR: { kind: 'text' },
  UUID: { kind: 'text' },
  JSON: { kind: 'text' },
  DATE: { kind: 'date' },
  TIME: { kind: 'time' },
  TIMESTAMP: { kind: 'timestamp', zoned: false },
  TIMESTAMP_S: { kind: 'timestamp', zoned: false },
  TIMESTAMP_MS: { kind: 'timestamp', zoned: false },
  TIMESTAMP_NS: { kind: 'timestamp', zoned: false },
  'TIMESTAMP WITH TIME ZONE': { kind: 'timestamp', zoned: true },
};

/** The engine-neutral type of a DuckDB type as DESCRIBE prints it; what plans cannot compute with becomes `other`. */
export function dataTypeOf(duckdbType: string): DataType {
  const decimal = decimalPattern.exec(duckdbType);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  if (duckdbType.startsWith('ENUM(') && !duckdbType.endsWith('[]')) return { kind: 'text' };
  return plainTypes[duckdbType] ?? { kind: 'other', name: duckdbType.toLowerCase() };
}
