import type { Face } from '../../core/face.ts';
import { toGoogleError } from './error-body.ts';
import { readGoogleCall } from './read-call.ts';
import { toGoogleAnswer } from './to-answer.ts';
import { createGoogleEncoder, toGoogleFrame } from './to-stream.ts';

/** Answers clients of Google's `generateContent` and `streamGenerateContent`. */
export function createGoogleGenerativeFace(): Face {
  return {
    dialect: 'google-generative',
    read: readGoogleCall,
    createEncoder: createGoogleEncoder,
    toAnswer: toGoogleAnswer,
    toError: toGoogleError,
    toErrorFrame: (error) => toGoogleFrame(toGoogleError(error)),
    keepAlive: ': keep-alive\n\n',
  };
}
