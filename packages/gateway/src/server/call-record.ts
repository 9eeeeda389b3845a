import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelUsage } from '../core/model-event.ts';

/** What is left to say about a call once it is over. */
export interface CallRecord {
  readonly usage?: ModelUsage;
  readonly error?: GatewayError;
  /** Events that were left out because they could not be read. */
  readonly malformed?: number;
}
