import type { ModelEvent, ModelUsage } from '../../core/model-event.ts';
import { toChatAnnotation, toChatFinishReason, toChatUsage } from './to-stream.ts';

export interface ChatAnswerOptions {
  /** The name the answer carries. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** Collects a stream into one chat completion object. A `failure` is thrown: half an answer is no answer here. */
export async function toChatAnswer(
  events: AsyncIterable<ModelEvent>,
  { model, created }: ChatAnswerOptions,
): Promise<object> {
  let id = 'chatcmpl';
  let text = '';
  let reasoning = '';
  let finishReason = 'stop';
  let usage: ModelUsage | undefined;
  const calls = new Map<number, { id: string; type: 'function'; function: { name: string; arguments: string } }>();
  const annotations: object[] = [];

  for await (const event of events) {
    switch (event.type) {
      case 'answer-start':
        id = event.id;
        break;
      case 'text-delta':
        text += event.text;
        break;
      case 'reasoning-delta':
        reasoning += event.text;
        break;
      case 'tool-input-delta': {
        const held = calls.get(event.part);
        if (held) held.function.arguments += event.text;
        else {
          const { callId, name, text: input } = event;
          calls.set(event.part, { id: callId, type: 'function', function: { name, arguments: input } });
        }
        break;
      }
      case 'source':
        annotations.push(toChatAnnotation(event));
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'finish':
        finishReason = toChatFinishReason(event.reason);
        break;
      case 'failure':
        throw event.error;
      default:
        event satisfies never;
    }
  }

  const message = {
    role: 'assistant',
    content: text === '' && calls.size > 0 ? null : text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.size === 0 ? {} : { tool_calls: [...calls.values()] }),
    ...(annotations.length === 0 ? {} : { annotations }),
  };
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    ...(usage ? { usage: toChatUsage(usage) } : {}),
  };
}
