import { defaultLimits } from '@parley/sandbox';

const megabyte = 1024 * 1024;

/** How much may be kept. Sizes in bytes. */
export interface FileLimits {
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all files in a conversation's workspace together. */
  readonly workspaceBytes: number;
  /** Of a person's uploads together that wait for a conversation. */
  readonly waitingBytes: number;
  /** Of all files of a person together that are in sessions, which no conversation has. */
  readonly sessionBytes: number;
  /** Files in one workspace, or of one person that wait. */
  readonly files: number;
  /** Of what a conversation has beside its workspace, because something newer has taken its place; the oldest go. */
  readonly replacedBytes: number;
  readonly replacedFiles: number;
}

export const defaultFileLimits: FileLimits = {
  // What is kept has to fit where programs find it.
  fileBytes: defaultLimits.fileBytes,
  workspaceBytes: defaultLimits.workspaceBytes,
  waitingBytes: 256 * megabyte,
  sessionBytes: 1024 * megabyte,
  files: 1_000,
  replacedBytes: 512 * megabyte,
  replacedFiles: 5_000,
};
