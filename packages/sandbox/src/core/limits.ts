/** What a run may use. Sizes in bytes, times in seconds. */
export interface RunLimits {
  readonly runSeconds: number;
  readonly compileSeconds: number;
  /** Processors; fractions are possible. */
  readonly cpus: number;
  readonly pids: number;
  /** Added to the memory of a language's container, because files in it are memory. */
  readonly workspaceBytes: number;
  readonly tmpBytes: number;
  /** UTF-8 bytes of the program. */
  readonly codeBytes: number;
  /** Of one file that is put in or kept. */
  readonly fileBytes: number;
  /** Of all files that one run may leave behind. */
  readonly newBytes: number;
  readonly newFiles: number;
  /** Of each of stdout and stderr that a result tells: the beginning and the end. */
  readonly shownBytes: number;
  /** Of both together; a run that prints more is ended. */
  readonly outputBytes: number;
}

const megabyte = 1024 * 1024;

export const defaultLimits: RunLimits = {
  runSeconds: 30,
  compileSeconds: 15,
  cpus: 1,
  pids: 128,
  workspaceBytes: 128 * megabyte,
  tmpBytes: 256 * megabyte,
  codeBytes: 256 * 1024,
  fileBytes: 25 * megabyte,
  newBytes: 100 * megabyte,
  newFiles: 50,
  shownBytes: 64 * 1024,
  outputBytes: megabyte,
};
