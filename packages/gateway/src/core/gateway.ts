import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayDescription, ListedModel } from '../routing/model-directory.ts';
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
  /** Whether any caller is served: no keys are configured. Such a gateway must listen on loopback only. */
  readonly isOpen: boolean;
  /** Ends running calls and frees every socket. */
  close(): Promise<void>;
}
