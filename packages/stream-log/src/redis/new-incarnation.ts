import { randomBytes } from 'node:crypto';

/** 8 hexadecimal digits that no other life of a stream, and no other process, has. */
export function newIncarnation(): string {
  return randomBytes(4).toString('hex');
}
