import * as z from 'zod/mini';
import { GatewayError } from '../core/gateway-error.ts';

/** `value` as `schema` reads it, or `bad-request` that names the field at fault. */
export function parseOrRefuse<T extends z.core.$ZodType>(schema: T, value: unknown): z.core.output<T> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue?.path.join('.') ?? '';
  // Without a locale zod says no more than this.
  const fault =
    issue === undefined || issue.message === 'Invalid input' ? 'is not of the expected kind' : issue.message;
  throw new GatewayError('bad-request', {
    message: `${param === '' ? 'The body' : `"${param}"`} ${fault}.`,
    param: param === '' ? undefined : param,
  });
}
