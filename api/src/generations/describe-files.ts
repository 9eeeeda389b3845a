import type { FileRef } from '@parley/contracts';

/** What a model is told of files that came with a prompt: `Attached files, in /mnt/data: data.csv (text/csv, 1.2 KB)`. */
export function describeFiles(files: readonly FileRef[]): string {
  const each = files.map(({ name, mimeType, size }) => `${name} (${mimeType}, ${sizeText(size)})`);
  return `Attached files, in /mnt/data: ${each.join(', ')}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const isLarge = bytes >= 1024 * 1024;
  const value = (bytes / (isLarge ? 1024 * 1024 : 1024)).toFixed(1).replace(/\.0$/, '');
  return `${value} ${isLarge ? 'MB' : 'KB'}`;
}
