/** Segments of a path, and UTF-8 bytes of each. */
const deepest = 8;
const longestSegment = 255;
const longestName = 1_000;
const misleading = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/u;

/**
 * Why a name cannot be that of a file in a workspace, or `undefined` when it can: a path below `/mnt/data` with `/`
 * between at most eight segments, without `.` and `..`, control characters and those that turn the direction of text
 * around (Unicode UAX #9), by which a program looks like a picture. Any other character is allowed: names are data,
 * wherever they go.
 */
export function checkFileName(name: string): string | undefined {
  if (name === '') return 'it has no name';
  if (!name.isWellFormed() || name.includes('\uFFFD')) return 'its name is not UTF-8';
  if (misleading.test(name)) return 'its name has control characters';
  if (Buffer.byteLength(name) > longestName) return 'its path is too long';
  const segments = name.split('/');
  if (segments.length > deepest) return 'it is too deep in folders';
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return 'its path is not plain';
  if (segments.some((segment) => Buffer.byteLength(segment) > longestSegment)) return 'its name is too long';
  return undefined;
}
