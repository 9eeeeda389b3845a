import { createAnthropicMessagesCodec } from '../dialects/anthropic-messages/codec.ts';
import { createAnthropicMessagesFace } from '../dialects/anthropic-messages/face.ts';
import { createBedrockConverseCodec } from '../dialects/bedrock-converse/codec.ts';
import { createGoogleGenerativeCodec } from '../dialects/google-generative/codec.ts';
import { createGoogleGenerativeFace } from '../dialects/google-generative/face.ts';
import { createOllamaChatCodec } from '../dialects/ollama-chat/codec.ts';
import { createOpenAiChatCodec } from '../dialects/openai-chat/codec.ts';
import { createOpenAiChatFace } from '../dialects/openai-chat/face.ts';
import { createOpenAiResponsesCodec } from '../dialects/openai-responses/codec.ts';
import { createOpenAiResponsesFace } from '../dialects/openai-responses/face.ts';
import type { Codec } from './codec.ts';
import type { ClientDialect, Face } from './face.ts';
import type { Dialect } from './model-request.ts';

export interface DialectRegistry {
  readonly codecs: Readonly<Partial<Record<Dialect, Codec>>>;
  readonly faces: Readonly<Partial<Record<ClientDialect, Face>>>;
}

/** Every dialect a gateway speaks, towards upstreams (codecs) and towards clients (faces). */
export function createDialectRegistry(): DialectRegistry {
  return {
    codecs: {
      'openai-chat': createOpenAiChatCodec(),
      'openai-responses': createOpenAiResponsesCodec(),
      'anthropic-messages': createAnthropicMessagesCodec(),
      'google-generative': createGoogleGenerativeCodec(),
      'bedrock-converse': createBedrockConverseCodec(),
      'ollama-chat': createOllamaChatCodec(),
    },
    faces: {
      'openai-chat': createOpenAiChatFace(),
      'openai-responses': createOpenAiResponsesFace(),
      'anthropic-messages': createAnthropicMessagesFace(),
      'google-generative': createGoogleGenerativeFace(),
    },
  };
}
