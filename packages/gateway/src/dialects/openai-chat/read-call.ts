import type { ClientCall } from '../../core/face.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { isFields, textIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { fromChatRequest } from './from-request.ts';

/**
 * Reads what the gateway needs of every chat completion body; the rest is the upstream's business. Throws `bad-request`
 * that names the field at fault.
 */
export function readChatCall(body: Buffer): ClientCall {
  const fields = parse(body);
  const { model, stream, stream_options: options } = fields;
  if (model !== undefined && model !== null && typeof model !== 'string')
    refuse('model', 'must be the name of a model');
  checkMessages(fields['messages']);
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') refuse('stream', 'must be true or false');
  return {
    model: typeof model === 'string' ? model : '',
    isStream: stream === true,
    includeUsage: isFields(options) && options['include_usage'] === true,
    toRequest: () => fromChatRequest(fields),
    wishes: wishesOf(fields),
    ...sessionOf(fields),
  };
}

function wishesOf(fields: Fields): NonNullable<ClientCall['wishes']> {
  const tools = fields['tools'] ?? fields['functions'];
  const limit = fields['max_completion_tokens'] ?? fields['max_tokens'];
  return {
    toolCount: Array.isArray(tools) ? tools.length : 0,
    maxOutputTokens: typeof limit === 'number' ? limit : undefined,
  };
}

function sessionOf(fields: Fields): Pick<ClientCall, 'session'> {
  const session = textIn(fields['session_id']) ?? textIn(fields['conversation_id']);
  return session === undefined ? {} : { session };
}

function parse(body: Buffer): Fields {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError('bad-request', { message: 'The body is not valid JSON.' });
  }
  if (isFields(json)) return json;
  throw new GatewayError('bad-request', { message: 'The body is not a JSON object.' });
}

function checkMessages(messages: unknown): void {
  if (!Array.isArray(messages)) refuse('messages', 'must be a list');
  else if (messages.length === 0) refuse('messages', 'must not be empty');
  else {
    for (const [index, message] of messages.entries()) {
      if (!isFields(message)) refuse(`messages.${index}`, 'must be an object with a role');
      else if (typeof message['role'] !== 'string') refuse(`messages.${index}.role`, 'must be a string');
    }
  }
}

function refuse(param: string, fault: string): never {
  throw new GatewayError('bad-request', { message: `"${param}" ${fault}.`, param });
}
