import { GatewayError } from '../core/gateway-error.ts';

const rawText = Symbol('raw JSON text');
/** Far deeper than any schema, and far from the end of the stack. */
const deepest = 1000;

/** A value that `writeJson` writes exactly as it was. */
export interface RawJson {
  readonly [rawText]: string;
}

/** `text`, which must be valid JSON, as a value for `writeJson`: numbers beyond 2^53 and equal keys survive. */
export function rawJson(text: string): RawJson {
  return { [rawText]: text };
}

/**
 * JSON text of `value`, like `JSON.stringify`; fields that are undefined are left out, `rawJson` is copied. Throws
 * `bad-request` for what is nested deeper than a thousand levels.
 */
export function writeJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (rawText in value) return String(value[rawText]);
  if (depth > deepest) throw new GatewayError('bad-request', { message: 'The body is nested too deeply.' });
  if (Array.isArray(value)) return `[${value.map((item: unknown) => write(item, depth + 1)).join(',')}]`;
  const fields: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${write(field, depth + 1)}`);
  }
  return `{${fields.join(',')}}`;
}
