import { GatewayError } from '../core/gateway-error.ts';

/** Refuses a tool result that belongs to no call: no vendor takes one. */
export function refuseOrphan(callId: string): never {
  throw new GatewayError('bad-request', {
    message: `The tool result "${callId.slice(0, 100)}" belongs to no earlier tool call.`,
    param: 'messages',
  });
}
