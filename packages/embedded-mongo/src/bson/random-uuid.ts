import { randomUUID } from 'node:crypto';

/** The bytes of a random UUID (RFC 9562, version 4). */
export function randomUuid(): Buffer {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
}
