/** Where the sandbox tells what happened; fields hold names and numbers, never code, output, file names or owners. */
export type SandboxLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean>>,
) => void;
