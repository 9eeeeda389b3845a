export type GatewayServerErrorCode = 'port-taken' | 'port-forbidden' | 'address-unavailable' | 'keys-required';

/** Why a gateway server could not start, in a sentence for the operator. */
export class GatewayServerError extends Error {
  override readonly name = 'GatewayServerError';
  readonly code: GatewayServerErrorCode;

  constructor(code: GatewayServerErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
