import type { Face } from '../../core/face.ts';
import { toResponsesError, toResponsesErrorFrame } from './error-shape.ts';
import { readResponsesCall } from './read-call.ts';
import { toResponsesAnswer } from './to-answer.ts';
import { createResponsesEncoder } from './to-stream.ts';

/** Answers clients of OpenAI's Responses. Answers carry the id they are given, never the vendor's. */
export function createOpenAiResponsesFace(): Face {
  return {
    dialect: 'openai-responses',
    read: (body) => readResponsesCall(body),
    createEncoder: (options) => createResponsesEncoder(options),
    toAnswer: (events, options) => toResponsesAnswer(events, options),
    toError: (error) => toResponsesError(error),
    toErrorFrame: (error) => toResponsesErrorFrame(error),
    keepAlive: ': keep-alive\n\n',
  };
}
