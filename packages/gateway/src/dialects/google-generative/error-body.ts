import type { GatewayError } from '../../core/gateway-error.ts';

/** `google.rpc.Code` of an HTTP status (https://cloud.google.com/apis/design/errors). */
const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  529: 'UNAVAILABLE',
};

/** `error` as Google's clients expect it. Our own word for it stands in the details. */
export function toGoogleError({ code, status, upstreamStatus, message }: GatewayError): object {
  const number = upstreamStatus !== undefined && upstreamStatus >= 400 ? upstreamStatus : status;
  const reason = code.replaceAll('-', '_').toUpperCase();
  return {
    error: {
      code: number,
      message,
      status: statuses[number] ?? (number >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'),
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'parley' }],
    },
  };
}
