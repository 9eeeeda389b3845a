const megabyte = 1024 * 1024;

/** How much may be kept. Sizes in bytes. */
export interface FileLimits {
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files in a conversation's workspace together. */
  readonly workspaceBytes: number;
  /** Of a person's uploads together that wait for a conversation. */
  readonly waitingBytes: number;
  /** Files in one workspace, or of one person that wait. */
  readonly files: number;
  /** Of what a conversation has beside its workspace, because something newer has taken its place; the oldest go. */
  readonly replacedBytes: number;
  readonly replacedFiles: number;
}

export const defaultFileLimits: FileLimits = {
  fileBytes: 25 * megabyte,
  workspaceBytes: 128 * megabyte,
  waitingBytes: 256 * megabyte,
  files: 1_000,
  replacedBytes: 512 * megabyte,
  replacedFiles: 5_000,
};

/** A size as people read it: `25 MB`, `1.2 KB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[power] ?? ''}`;
}
