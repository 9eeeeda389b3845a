/** Where the gateway says what it does; pino's shape. Never receives prompts, answers or keys. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silentLog: GatewayLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
