import type { ModelRequest, Part, ToolChoice, Turn } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';

/**
 * The body that asks for `request` in this dialect; streams always ask for usage. What is absent in the request stays
 * absent in the body.
 */
export function toChatRequest(
  request: ModelRequest,
  { model, outputLimitField = 'max_tokens' }: Target,
): Record<string, unknown> {
  const { sampling, tools, toolChoice } = request;
  return withoutAbsent({
    model,
    messages: [
      ...request.instructions.map((content) => ({ role: 'system', content })),
      ...request.turns.map((turn) => toChatMessage(turn)),
    ],
    tools:
      tools.length === 0
        ? undefined
        : tools.map(({ name, description, inputSchema }) => ({
            type: 'function',
            function: { name, description, parameters: inputSchema },
          })),
    tool_choice: tools.length === 0 || toolChoice === undefined ? undefined : toChatToolChoice(toolChoice),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    [outputLimitField]: sampling.maxOutputTokens,
    stop: sampling.stop,
    stream: true,
    stream_options: { include_usage: true },
  });
}

function toChatToolChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}

function toChatMessage(turn: Turn): Record<string, unknown> {
  switch (turn.role) {
    case 'user':
      return { role: 'user', content: textOf(turn.parts) };
    case 'tool':
      return { role: 'tool', tool_call_id: turn.callId, content: turn.output };
    case 'assistant': {
      const calls = turn.parts.filter((part) => part.type === 'tool-call');
      const text = textOf(turn.parts);
      return withoutAbsent({
        role: 'assistant',
        content: text === '' && calls.length > 0 ? null : text,
        tool_calls:
          calls.length === 0
            ? undefined
            : calls.map(({ callId, name, input }) => ({
                id: callId,
                type: 'function',
                function: { name, arguments: input === '' ? '{}' : input },
              })),
      });
    }
    default:
      return turn satisfies never;
  }
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function withoutAbsent(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
