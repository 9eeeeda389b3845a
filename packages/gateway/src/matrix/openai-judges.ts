import OpenAI from 'openai';
import { pixel, toolList } from './heard-answer.ts';
import type { HeardAnswer, Judge, Question } from './heard-answer.ts';

const chatReasons: Readonly<Record<string, HeardAnswer['reason']>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
};

/** OpenAI's own SDK speaking chat completions. */
export function createChatJudge(url: string): Judge {
  const client = new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0 });

  return {
    name: 'chat completions',
    async ask({ model, isStream, hasTools, hasImage }) {
      const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: 'Go on.' }];
      if (hasImage) content.push({ type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } });
      const body = {
        model,
        messages: [{ role: 'user' as const, content }],
        ...(hasTools
          ? {
              tools: toolList.map(({ name, description, schema }) => ({
                type: 'function' as const,
                function: { name, description, parameters: schema },
              })),
            }
          : {}),
      };
      let reasoning = '';
      let signature: string | undefined;
      const note = (part: object): void => {
        const said = part as { reasoning_content?: string; reasoning_details?: { signature?: string }[] };
        reasoning += said.reasoning_content ?? '';
        signature = said.reasoning_details?.find((detail) => detail.signature)?.signature ?? signature;
      };
      const completion = isStream ? await streamed() : await client.chat.completions.create(body);

      async function streamed(): Promise<OpenAI.ChatCompletion> {
        const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
        for await (const chunk of stream) for (const { delta } of chunk.choices) note(delta);
        return stream.finalChatCompletion();
      }

      const choice = completion.choices[0];
      if (!isStream && choice) note(choice.message);
      return {
        text: choice?.message.content ?? '',
        reasoning,
        signature,
        calls: (choice?.message.tool_calls ?? []).flatMap((call) =>
          call.type === 'function' ? [{ name: call.function.name, input: JSON.parse(call.function.arguments) }] : [],
        ),
        usage: completion.usage && {
          input: completion.usage.prompt_tokens,
          output: completion.usage.completion_tokens,
        },
        reason: chatReasons[choice?.finish_reason ?? ''] ?? 'other',
      };
    },
  };
}

/** OpenAI's own SDK speaking Responses. */
export function createResponsesJudge(url: string): Judge {
  const client = new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0 });
  return {
    name: 'responses',
    async ask(question) {
      const body = responsesBody(question);
      const answer: OpenAI.Responses.Response = question.isStream
        ? await client.responses.stream(body).finalResponse()
        : await client.responses.create(body);
      if (answer.status === 'failed') throw new Error(answer.error?.message ?? 'failed');
      const reasoning = answer.output.filter((item) => item.type === 'reasoning');
      const calls = answer.output.filter((item) => item.type === 'function_call');
      return {
        text: answer.output_text,
        reasoning: reasoning
          .flatMap((item) => [...item.summary, ...(item.content ?? [])])
          .map(({ text }) => text)
          .join(''),
        signature: reasoning.find((item) => item.encrypted_content)?.encrypted_content ?? undefined,
        calls: calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) })),
        usage: answer.usage && { input: answer.usage.input_tokens, output: answer.usage.output_tokens },
        reason: reasonOf(answer, calls.length > 0),
      };
    },
  };
}

function responsesBody({ model, hasTools, hasImage }: Question) {
  return {
    model,
    store: false,
    input: [
      {
        role: 'user' as const,
        content: [
          { type: 'input_text' as const, text: 'Go on.' },
          ...(hasImage
            ? [{ type: 'input_image' as const, detail: 'auto' as const, image_url: `data:image/png;base64,${pixel}` }]
            : []),
        ],
      },
    ],
    ...(hasTools
      ? {
          tools: toolList.map(({ name, description, schema }) => ({
            type: 'function' as const,
            name,
            description,
            parameters: schema,
            strict: false,
          })),
        }
      : {}),
  };
}

function reasonOf(answer: OpenAI.Responses.Response, hasCalls: boolean): HeardAnswer['reason'] {
  if (answer.status === 'incomplete')
    return answer.incomplete_details?.reason === 'max_output_tokens' ? 'length' : 'other';
  return hasCalls ? 'tool-calls' : 'stop';
}
