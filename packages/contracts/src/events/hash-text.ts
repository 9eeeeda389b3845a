import type { Message } from '../entities/message.ts';

/** The visible answer: all text parts, in order, without separators. */
export function messageText(message: Pick<Message, 'parts'>): string {
  let text = '';
  for (const part of message.parts) if (part.type === 'text') text += part.text;
  return text;
}

/**
 * FNV-1a, 32 bit, over the UTF-16 code units of a text, as eight hex digits. It detects a text that was assembled
 * wrongly; it is no defence against an attacker. Synchronous, because `crypto.subtle` is missing on plain-HTTP pages.
 */
export function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
