import type { Face } from '../../core/face.ts';
import { frame } from '../../transport/sse-frame.ts';
import { toChatError } from './error-shape.ts';
import { readChatCall } from './read-call.ts';
import { toChatAnswer } from './to-answer.ts';
import { createChatEncoder } from './to-stream.ts';

/** Answers clients of OpenAI's chat completions. */
export function createOpenAiChatFace(): Face {
  return {
    dialect: 'openai-chat',
    read: (body) => readChatCall(body),
    createEncoder: (options) => createChatEncoder(options),
    toAnswer: (events, options) => toChatAnswer(events, options),
    toError: (error) => toChatError(error),
    toErrorFrame: (error) => frame(toChatError(error)),
    keepAlive: ': keep-alive\n\n',
  };
}
