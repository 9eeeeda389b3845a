import { commandIdSchema, generationIdSchema } from '@parley/contracts';
import type { CommandId, GenerationId } from '@parley/contracts';
import * as z from 'zod/mini';

/** A random lower-case UUID (version 4, RFC 9562). `crypto.randomUUID` is missing on plain-HTTP pages, this is not. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x40);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The id of a generation that is about to be asked for: chosen here, used once. */
export function newGenerationId(): GenerationId {
  return z.parse(generationIdSchema, newId());
}

/** The id of one command to a running answer, so that a repeated request is recognised. */
export function newCommandId(): CommandId {
  return z.parse(commandIdSchema, newId());
}
