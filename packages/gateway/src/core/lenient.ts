import * as z from 'zod/mini';

const { catch: caught } = z;

/** A vendor's field: null, absent and of an unexpected kind all count as absent, never as a fault of the whole. */
export function lenient<T extends z.core.SomeType>(schema: T) {
  return caught(z.nullish(schema), undefined);
}
