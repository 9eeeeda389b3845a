import type { Response } from 'express';

/** Bytes that somebody else chose, as a browser is told about them. */
interface ForeignFile {
  /** Foreign text. */
  readonly name: string;
  readonly mimeType: string;
  /** Bytes; absent when it is not known. */
  readonly size?: number;
  /** It is never shown in place, whatever it is. */
  readonly isAttachment?: boolean;
}

/** Types that cannot carry a script. */
const harmlessImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Heads of an answer with foreign bytes: whatever they are, the browser must not take them for a page of ours. */
export function describeFile(response: Response, { name, mimeType, size, isAttachment = false }: ForeignFile): void {
  const shown = harmlessImages.has(mimeType) && !isAttachment ? 'inline' : 'attachment';
  response.status(200).set({
    'Content-Type': mimeType,
    'Content-Disposition': `${shown}; filename*=UTF-8''${encodeName(name.replace(/[\\/]/g, '_'))}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'private, no-cache',
    ...(size === undefined ? {} : { 'Content-Length': String(size) }),
  });
}

/** By RFC 8187. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
