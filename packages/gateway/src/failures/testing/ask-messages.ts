import * as z from 'zod/mini';
import type { ChatQuestion, Heard } from './ask-chat.ts';
import { sendQuestion } from './send-question.ts';

const blockSchema = z.looseObject({
  type: z.string(),
  text: z.optional(z.string()),
  partial_json: z.optional(z.string()),
  input: z.optional(z.unknown()),
});
const eventSchema = z.looseObject({
  type: z.string(),
  delta: z.optional(z.looseObject({ ...blockSchema.shape, type: z.optional(z.string()) })),
  content: z.optional(z.array(blockSchema)),
  error: z.optional(z.looseObject({ type: z.string() })),
});

/** Asks a gateway for an answer in Anthropic's dialect. */
export async function askMessages(url: string, question: ChatQuestion): Promise<Heard> {
  const { model = 'quick', content = 'Hi', isStream = true, headers, leaveAfter } = question;
  const body = { model, max_tokens: 1000, messages: [{ role: 'user', content }], stream: isStream };
  const answer = await sendQuestion({ url: `${url}/v1/messages`, body, headers, leaveAfter });
  let text = '';
  let toolInput = '';
  let isDone = false;
  let error: string | undefined;
  for (const json of answer.objects) {
    const event = eventSchema.parse(JSON.parse(json));
    text += event.delta?.text ?? '';
    toolInput += event.delta?.partial_json ?? '';
    for (const block of event.content ?? []) {
      text += block.text ?? '';
      if (block.type === 'tool_use') toolInput += JSON.stringify(block.input);
    }
    if (event.type === 'message_stop' || event.type === 'message') isDone = true;
    error = event.error?.type ?? error;
  }
  return { ...answer, text, toolInput, restarts: 0, isDone, error };
}
