import * as z from 'zod/mini';
import type { RefusedAnswer } from '../../core/codec.ts';
import type { GatewayErrorCode } from '../../core/gateway-error.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import { lenient } from '../../core/lenient.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { redact } from '../../transport/redact.ts';
import type { KnownError } from '../../transport/upstream-error.ts';
import { secretsOf } from '../../transport/vendor-error.ts';
import { wordIn } from '../json-fields.ts';
import { reportedFault } from '../stream-faults.ts';

const text = lenient(z.string());
const bodySchema = z.object({ message: text, Message: text, code: text, __type: text });

/** Exceptions by their name in lower case (https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html). */
const codesByException: Readonly<Record<string, GatewayErrorCode>> = {
  throttlingexception: 'upstream-limited',
  toomanyrequestsexception: 'upstream-limited',
  servicequotaexceededexception: 'upstream-limited',
  serviceunavailableexception: 'overloaded',
  modelnotreadyexception: 'overloaded',
  internalserverexception: 'upstream-error',
  internalfailure: 'upstream-error',
  modelerrorexception: 'upstream-error',
  modelstreamerrorexception: 'upstream-error',
  modeltimeoutexception: 'timeout',
  validationexception: 'upstream-refused',
  resourcenotfoundexception: 'model-not-found',
  accessdeniedexception: 'upstream-auth',
  unrecognizedclientexception: 'upstream-auth',
  invalidsignatureexception: 'upstream-auth',
  missingauthenticationtokenexception: 'upstream-auth',
  incompletesignatureexception: 'upstream-auth',
  expiredtokenexception: 'upstream-auth',
};

/** A prompt that is too long is an ordinary validation error; these are the words of the models behind it. */
const tooLong = /input is too long|prompt is too long|too many (?:input )?tokens|context (?:length|window)/i;
const invalidModel = /model identifier is invalid/i;

/** What an answer of an error status says; the exception's name stands in a header. */
export function readBedrockError({ headers, text: body }: RefusedAnswer, target: Target): KnownError {
  const type = headers['x-amzn-errortype'];
  return read(typeof type === 'string' ? type : '', parseJson(body), target);
}

/** The failure that an exception inside a stream means. */
export function bedrockStreamError(name: string, body: unknown, target: Target): GatewayError {
  return reportedFault(read(name, body, target), target);
}

function read(type: string, body: unknown, target: Target): KnownError {
  const parsed = bodySchema.safeParse(body);
  const said = parsed.success ? parsed.data : undefined;
  const exception = nameOf(type) || nameOf(said?.['__type'] ?? said?.code ?? '');
  const message = said?.message ?? said?.Message ?? undefined;
  return {
    is: codeOf(exception, message ?? ''),
    message: message ? redact(message, secretsOf(target)) : undefined,
    code: exception || undefined,
  };
}

/** Names come with a namespace before and an address behind them, such as `com.amazon#ThrottlingException:http://…`. */
function nameOf(type: string): string {
  const name = /(?:^|#)([A-Za-z]+)(?::|$)/.exec(type.trim())?.[1];
  return name === undefined || name === 'exception' ? '' : name;
}

function codeOf(exception: string, message: string): GatewayErrorCode | undefined {
  const code = wordIn(codesByException, exception.toLowerCase());
  if (code !== 'upstream-refused') return code;
  if (tooLong.test(message)) return 'context-exceeded';
  return invalidModel.test(message) ? 'model-not-found' : code;
}
