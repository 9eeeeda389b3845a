import type { RefusedAnswer } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { GatewayErrorCode } from '../core/gateway-error.ts';
import type { Target } from '../core/provider-strategy.ts';
import { parseJson } from './parse-json.ts';
import { retryAfter } from './retry-after.ts';
import { codeOfStatus, codeOfVendorError, readVendorError, secretsOf } from './vendor-error.ts';
import type { VendorError } from './vendor-error.ts';

/** What a dialect knows better than the common shapes of errors tell. */
export interface KnownError extends VendorError {
  /** Our word for it. */
  readonly is?: GatewayErrorCode | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The error for an HTTP answer that is not the one asked for, in words for the person who asked. Common shapes of
 * errors are read; what a dialect has found out by itself (`known`, its message redacted) wins.
 */
export function upstreamError(answer: RefusedAnswer, target: Target, known: KnownError = {}): GatewayError {
  const contentType = String(answer.headers['content-type'] ?? '');
  if (isWebPage(contentType, answer.text)) return webPageError(answer, target);
  const read = readVendorError(parseJson(answer.text), secretsOf(target));
  const vendor = {
    message: known.message ?? read?.message,
    code: known.code ?? read?.code,
    type: known.type ?? read?.type,
    param: known.param ?? read?.param,
  };
  const code = known.is ?? codeOfVendorError(vendor) ?? codeOfStatus(answer.status);
  return new GatewayError(code, {
    message: messageOf(code, vendor.message, answer, target),
    upstreamStatus: answer.status,
    vendorCode: vendor.code,
    param: vendor.param,
    retryAfterMs: known.retryAfterMs ?? retryAfter(answer.headers['retry-after'], Date.now()),
  });
}

const sentences: Partial<Record<GatewayErrorCode, string>> = {
  'upstream-auth': 'does not accept the API key configured for it',
  'model-not-found': 'does not know this model or address',
  'context-exceeded': 'says the conversation is too long for this model',
  'content-filtered': 'refused the content of this request',
  'upstream-limited': 'is limiting requests',
  overloaded: 'is overloaded',
};

/** A sentence that tells whose words follow; a gateway like this one has put them into such a sentence already. */
function messageOf(code: GatewayErrorCode, words: string | undefined, answer: RefusedAnswer, target: Target): string {
  if (words !== undefined && answer.headers['x-parley-provider'] !== undefined) return words;
  const sentence = sentences[code] ?? `answered with status ${answer.status}`;
  return `${target.provider} ${sentence}${tail(words, answer, target)}`;
}

function tail(message: string | undefined, answer: RefusedAnswer, target: Target): string {
  const isAstray = answer.status < 400 || answer.status === 404 || answer.status === 405;
  const hint = isAstray && (message === undefined || !hasVersion(target)) ? ` ${missingVersionHint(target)}` : '';
  if (message === undefined || message === '') return `.${hint}`;
  return hint === '' ? `: ${message}` : `: ${message.replace(/[.\s]*$/, '.')}${hint}`;
}

/** Whether an answer is a page for people: what a server sends when the address is not that of its API. */
export function isWebPage(contentType: string, text: string): boolean {
  return contentType.includes('text/html') || /^\s*<(?:!doctype|html)\b/i.test(text);
}

/** The error for a web page where an answer was expected. */
export function webPageError(answer: { readonly status: number }, target: Target): GatewayError {
  return new GatewayError('upstream-error', {
    message: `${target.provider} answered with a web page instead of JSON (status ${answer.status}). ${missingVersionHint(target)}`,
    upstreamStatus: answer.status,
  });
}

function hasVersion({ baseUrl }: Target): boolean {
  return /\/v\d+\w*(?:\/|$)/.test(baseUrl);
}

function missingVersionHint(target: Target): string {
  return hasVersion(target)
    ? 'Check the base URL configured for it.'
    : 'Check the base URL configured for it: it usually ends in /v1.';
}
