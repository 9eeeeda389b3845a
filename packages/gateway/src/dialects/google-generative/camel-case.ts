import { GatewayError } from '../../core/gateway-error.ts';
import { isFields } from '../json-fields.ts';

/** Fields whose content is the caller's own: names in there mean what they say. */
const foreign = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  'labels',
]);

const deepest = 100;

/**
 * `value` with its fields named as in Google's reference: the vendor reads `system_instruction` as well. Throws
 * `bad-request` for what is nested deeper than any request of Google's.
 */
export function withCamelCase(value: unknown): unknown {
  return rename(value, 0);
}

function rename(value: unknown, depth: number): unknown {
  if (depth > deepest) throw new GatewayError('bad-request', { message: 'The body is nested too deeply.' });
  if (Array.isArray(value)) return value.map((item: unknown) => rename(item, depth + 1));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const camel = name.replaceAll(/(?<=[A-Za-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, foreign.has(camel) ? field : rename(field, depth + 1)];
    }),
  );
}
