import { GatewayError } from '../../core/gateway-error.ts';
import { isFields } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';

/** Fields that hold a schema, a list of schemas, or schemas by name. */
const single = new Set(['items', 'additionalProperties']);
const listed = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);

const deepest = 100;

/**
 * JSON Schema of Google's older `Schema`, a dialect of OpenAPI 3.0: types are in capitals, counts are texts, and
 * `nullable` stands beside the type. Throws `bad-request` for one that is nested too deeply.
 */
export function toJsonSchema(schema: Fields): Record<string, unknown> {
  return translate(schema, 0);
}

function translate(schema: Fields, depth: number): Record<string, unknown> {
  if (depth > deepest) throw new GatewayError('bad-request', { message: 'A schema is nested too deeply.' });
  const isNullable = schema['nullable'] === true;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== 'nullable' && name !== 'propertyOrdering')
      .map(([name, value]) => [name, toField(name, value, { isNullable, depth })]),
  );
}

function toField(name: string, value: unknown, { isNullable, depth }: { isNullable: boolean; depth: number }): unknown {
  if (name === 'type' && typeof value === 'string') return toType(value, isNullable);
  if (name === 'properties' && isFields(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toInner(inner, depth + 1)]));
  }
  if (single.has(name)) return toInner(value, depth + 1);
  if (listed.has(name) && Array.isArray(value)) return value.map((inner: unknown) => toInner(inner, depth + 1));
  return /^(?:min|max)(?:Items|Length|Properties)$/.test(name) ? Number(value) : value;
}

function toInner(value: unknown, depth: number): unknown {
  return isFields(value) ? translate(value, depth) : value;
}

function toType(type: string, isNullable: boolean): string | string[] {
  const lower = type.toLowerCase();
  return isNullable ? [lower, 'null'] : lower;
}
