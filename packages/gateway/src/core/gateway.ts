import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayDescription, ListedModel } from '../routing/model-directory.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { ModelEvent } from './model-event.ts';
import type { ModelRequest } from './model-request.ts';

/** One endpoint for every configured model: as a library, and as a handler for plain Node HTTP under any mount prefix. */
export interface Gateway {
  /** Answers one HTTP request; must come before body parsers. Errors are answered, never thrown. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  /** Serves `request.model` by any of its names. Throws a `GatewayError` before the first event, later `failure`. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  models(signal?: AbortSignal): Promise<ListedModel[]>;
  describe(signal?: AbortSignal): Promise<GatewayDescription>;
  /** What was counted here so far, in the text exposition format of Prometheus. */
  metrics(): string;
  /** Whether any caller is served: no keys are configured. Such a gateway must listen on loopback only. */
  readonly isOpen: boolean;
  /**
   * From now on the gateway works by another configuration; running calls keep the one they began with. Breakers,
   * budgets and caches survive. Where it listens, and the stores it was given, stay as they are.
   */
  reload(config: GatewayConfig): void;
  /** From now on the gateway says that it is not ready (`/health/ready`); it goes on serving. */
  drain(): void;
  /** Ends running calls and frees every socket. */
  close(): Promise<void>;
}
