import type { Face } from '../../core/face.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { toMessagesError, toMessagesErrorFrame } from './error-shape.ts';
import { readMessagesCall } from './read-call.ts';
import { toMessagesAnswer } from './to-answer.ts';
import { createMessagesEncoder } from './to-stream.ts';

/** Answers clients of Anthropic's Messages. */
export function createAnthropicMessagesFace(): Face {
  return {
    dialect: 'anthropic-messages',
    ownHeaders: ['anthropic-version', 'anthropic-beta'],
    read: (body) => readMessagesCall(body),
    createEncoder: (options) => createMessagesEncoder(options),
    toAnswer: (events, options) => toMessagesAnswer(events, options),
    toError: (error) => toMessagesError(error),
    toErrorFrame: (error) => toMessagesErrorFrame(error),
    keepAlive: namedFrame('ping', { type: 'ping' }),
  };
}
