import { hash } from 'node:crypto';

/** SHA-256 in hex. */
export function digest(content: string | Buffer): string {
  return hash('sha256', content, 'hex');
}
