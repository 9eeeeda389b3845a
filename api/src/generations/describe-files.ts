import type { FileRef } from '@parley/contracts';
import { sizeText } from '../size-text.ts';

/** What a model is told of files that came with a prompt: `Attached files, in /mnt/data: data.csv (text/csv, 1.2 KB)`. */
export function describeFiles(files: readonly FileRef[]): string {
  const each = files.map(({ name, mimeType, size }) => `${name} (${mimeType}, ${sizeText(size)})`);
  return `Attached files, in /mnt/data: ${each.join(', ')}`;
}
