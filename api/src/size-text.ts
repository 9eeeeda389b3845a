const units = ['bytes', 'KB', 'MB', 'GB'];

/** A number of bytes as people read it: `8 bytes`, `1.2 KB`, `25 MB`. */
export function sizeText(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = (bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1).replace(/\.0$/, '');
  return `${value} ${units[power] ?? ''}`;
}
