/** Where the hub tells what happened; fields hold names and numbers, never contents or credentials. */
export type McpLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, string | number | boolean>>,
) => void;
