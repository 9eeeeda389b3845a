import * as z from 'zod/mini';
import type { ChatQuestion, Heard } from './ask-chat.ts';
import { sendQuestion } from './send-question.ts';

const responseSchema = z.looseObject({
  status: z.string(),
  output: z.array(
    z.looseObject({
      type: z.string(),
      content: z.optional(z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) }))),
      arguments: z.optional(z.string()),
    }),
  ),
});
const errorSchema = z.looseObject({ code: z.nullish(z.string()), type: z.nullish(z.string()) });
const eventSchema = z.looseObject({
  type: z.optional(z.string()),
  delta: z.optional(z.string()),
  code: z.nullish(z.string()),
  response: z.optional(z.unknown()),
  error: z.nullish(errorSchema),
});

/** Asks a gateway for an answer in the dialect of OpenAI's Responses; the deltas must add up to what the end says. */
export async function askResponses(url: string, question: ChatQuestion): Promise<Heard> {
  const { model = 'quick', content = 'Hi', isStream = true, headers, leaveAfter } = question;
  const body = { model, input: content, stream: isStream, store: false };
  const answer = await sendQuestion({ url: `${url}/v1/responses`, body, headers, leaveAfter });
  let text = '';
  let toolInput = '';
  let error: string | undefined;
  let whole = answer.isStream ? undefined : responseSchema.safeParse(JSON.parse(answer.raw || '{}')).data;
  for (const json of answer.objects) {
    const event = eventSchema.parse(JSON.parse(json));
    if (event.type === 'response.output_text.delta') text += event.delta ?? '';
    if (event.type === 'response.function_call_arguments.delta') toolInput += event.delta ?? '';
    if (event.type === 'response.completed') whole = responseSchema.parse(event.response);
    if (event.type === 'error') error = event.code ?? 'unknown';
    if (event.error) error = event.error.code ?? event.error.type ?? 'unknown';
  }
  if (whole) {
    const said = sayOf(whole);
    // Deltas and the whole must be one answer; else what is wrong shall be seen.
    if (!answer.isStream || said.text !== text)
      text = answer.isStream ? `${text} but at last: ${said.text}` : said.text;
    if (!answer.isStream) ({ toolInput } = said);
  }
  return { ...answer, text, toolInput, restarts: 0, isDone: whole?.status === 'completed', error };
}

function sayOf({ output }: z.infer<typeof responseSchema>): { text: string; toolInput: string } {
  const texts = output.flatMap(({ type, content = [] }) =>
    type === 'message' ? content.map((part) => part.text ?? '') : [],
  );
  return { text: texts.join(''), toolInput: output.map((item) => item.arguments ?? '').join('') };
}
