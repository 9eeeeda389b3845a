import { randomBytes } from 'node:crypto';

/** The bytes of a random UUID (RFC 9562, version 4). */
export function randomUuid(): Buffer {
  const bytes = randomBytes(16);
  bytes[6] = (bytes.readUInt8(6) & 0x0f) | 0x40;
  bytes[8] = (bytes.readUInt8(8) & 0x3f) | 0x80;
  return bytes;
}
