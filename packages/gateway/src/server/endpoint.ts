import type { Exchange } from './exchange.ts';

/** One route of the gateway's HTTP face. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Who may ask: anybody, whoever has a key, or the holder of the admin token. */
  readonly access: 'public' | 'key' | 'admin';
  /** Answers; `rest` is what follows the route's name in the path, decoded. */
  run(exchange: Exchange, rest: string): Promise<void>;
}
