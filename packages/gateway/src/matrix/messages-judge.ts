import Anthropic from '@anthropic-ai/sdk';
import { pixel, toolList } from './heard-answer.ts';
import type { HeardAnswer, Judge } from './heard-answer.ts';

const reasons: Readonly<Record<string, HeardAnswer['reason']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
};

/** Anthropic's own SDK. */
export function createMessagesJudge(url: string): Judge {
  const client = new Anthropic({ apiKey: 'any', baseURL: url, maxRetries: 0 });
  return {
    name: 'messages',
    async ask({ model, isStream, hasTools, hasImage }) {
      const body = {
        model,
        max_tokens: 2000,
        messages: [
          {
            role: 'user' as const,
            content: [
              { type: 'text' as const, text: 'Go on.' },
              ...(hasImage
                ? [
                    {
                      type: 'image' as const,
                      source: { type: 'base64' as const, media_type: 'image/png' as const, data: pixel },
                    },
                  ]
                : []),
            ],
          },
        ],
        ...(hasTools
          ? {
              tools: toolList.map(({ name, description, schema }) => ({
                name,
                description,
                input_schema: { ...schema, type: 'object' as const },
              })),
            }
          : {}),
      };
      const message = isStream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
      const thoughts = message.content.filter((block) => block.type === 'thinking');
      const {
        input_tokens: fresh,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: written,
      } = message.usage;
      return {
        text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        reasoning: thoughts.map(({ thinking }) => thinking).join(''),
        signature: thoughts.find(({ signature }) => signature)?.signature,
        calls: message.content.flatMap((block) =>
          block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
        ),
        usage: { input: fresh + (read ?? 0) + (written ?? 0), output: message.usage.output_tokens },
        reason: reasons[message.stop_reason ?? ''] ?? 'other',
      };
    },
  };
}
