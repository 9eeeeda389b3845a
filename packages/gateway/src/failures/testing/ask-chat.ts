import * as z from 'zod/mini';
import { sendQuestion } from './send-question.ts';
import type { RawAnswer } from './send-question.ts';

/** What a client understood of one answer. */
export interface Heard extends RawAnswer {
  /** What counts: without what a new start made void. */
  readonly text: string;
  /** Arguments of all tool calls. */
  readonly toolInput: string;
  readonly restarts: number;
  /** The end marker came, or a whole answer. */
  readonly isDone: boolean;
  /** The vendor code of the error that was told. */
  readonly error: string | undefined;
  readonly model?: string | undefined;
  readonly usage?: Readonly<Record<string, unknown>> | undefined;
}

export interface ChatQuestion {
  readonly model?: string;
  readonly content?: string;
  readonly isStream?: boolean;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Leaves after that many characters. */
  readonly leaveAfter?: number | undefined;
}

const callSchema = z.looseObject({ function: z.optional(z.looseObject({ arguments: z.optional(z.string()) })) });
const messageSchema = z.looseObject({
  content: z.nullish(z.string()),
  tool_calls: z.optional(z.array(callSchema)),
});
const chunkSchema = z.looseObject({
  model: z.optional(z.string()),
  usage: z.nullish(z.record(z.string(), z.unknown())),
  choices: z.optional(z.array(z.looseObject({ delta: z.optional(messageSchema), message: z.optional(messageSchema) }))),
  error: z.optional(z.looseObject({ code: z.nullish(z.string()), type: z.nullish(z.string()) })),
  recovery: z.optional(z.looseObject({ mode: z.string() })),
});

/** Asks a gateway for a chat completion. */
export async function askChat(
  url: string,
  { model = 'quick', content = 'Hi', isStream = true, headers, leaveAfter }: ChatQuestion = {},
): Promise<Heard> {
  const streamed = isStream ? { stream: true, stream_options: { include_usage: true } } : {};
  const body = { model, messages: [{ role: 'user', content }], ...streamed };
  const answer = await sendQuestion({ url: `${url}/v1/chat/completions`, body, headers, leaveAfter });
  let text = '';
  let toolInput = '';
  let restarts = 0;
  let error: string | undefined;
  let answeredBy: string | undefined;
  let usage: Heard['usage'];
  for (const json of answer.objects) {
    const chunk = chunkSchema.parse(JSON.parse(json));
    if (chunk.recovery?.mode === 'restarted') {
      text = '';
      restarts += 1;
    }
    for (const { delta, message = delta } of chunk.choices ?? []) {
      text += message?.content ?? '';
      for (const call of message?.tool_calls ?? []) toolInput += call.function?.arguments ?? '';
    }
    if (chunk.error) error = chunk.error.code ?? chunk.error.type ?? 'unknown';
    answeredBy = chunk.model ?? answeredBy;
    usage = chunk.usage ?? usage;
  }
  const { isStream: isEvents, raw, status, objects } = answer;
  const isDone = isEvents ? raw.includes('data: [DONE]\n\n') : status === 200 && objects.length > 0;
  return { ...answer, text, toolInput, restarts, isDone, error, model: answeredBy, usage };
}
