import * as z from 'zod/mini';
import { readByteSize } from '../byte-size.ts';
import { readDuration } from '../duration.ts';

/** A non-empty text. */
export const text = z.string().check(z.minLength(1));

/** A number, also as the text that a placeholder leaves. */
export function number(smallest: number, largest: number) {
  return z.pipe(
    z.union([z.number(), z.string()], { error: 'must be a number' }),
    z.transform((value, { issues }) => {
      const found = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
      if (found >= smallest && found <= largest) return found;
      issues.push({ code: 'custom', input: value, message: `must be a number from ${smallest} to ${largest}` });
      return z.NEVER;
    }),
  );
}

/** A whole number, also as the text that a placeholder leaves. */
export function whole(smallest: number, largest: number) {
  return z.pipe(
    number(smallest, largest),
    z.transform((value, { issues }) => {
      if (Number.isInteger(value)) return value;
      issues.push({ code: 'custom', input: value, message: 'must be a whole number' });
      return z.NEVER;
    }),
  );
}

/** Milliseconds, from `30s`, `5m`, `6h`, or a number of milliseconds. */
export const duration = z.pipe(
  z.union([z.number(), z.string()], { error: 'must be a time, such as 30s or 5m' }),
  z.transform((value, { issues }) => {
    const found = readDuration(value);
    if (found !== undefined && found <= 366 * 86_400_000) return found;
    issues.push({ code: 'custom', input: value, message: 'must be a time, such as 500ms, 30s, 5m, 6h or 1d' });
    return z.NEVER;
  }),
);

/** Bytes, from `20mb` or a number. */
export const byteSize = z.pipe(
  z.union([z.number(), z.string()], { error: 'must be a size, such as 20mb' }),
  z.transform((value, { issues }) => {
    const found = readByteSize(String(value));
    if (found !== undefined && found > 0) return found;
    issues.push({ code: 'custom', input: value, message: 'must be a size, such as 512kb or 20mb' });
    return z.NEVER;
  }),
);

/** A share from 0 to 1. */
export const share = number(0, 1);

/** A SHA-256 in hex. */
export const sha256 = z.pipe(
  z.string(),
  z.transform((value, { issues }) => {
    if (/^[\da-fA-F]{64}$/.test(value)) return value.toLowerCase();
    const message = 'must be a SHA-256 in hex (64 digits); "parley-gateway key" makes a key and its digest';
    issues.push({ code: 'custom', input: undefined, message });
    return z.NEVER;
  }),
);
