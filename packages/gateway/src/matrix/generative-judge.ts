import { FinishReason, GoogleGenAI } from '@google/genai';
import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai';
import { pixel, toolList } from './heard-answer.ts';
import type { HeardAnswer, Judge, Question } from './heard-answer.ts';

/** Google's own SDK. */
export function createGenerativeJudge(url: string): Judge {
  const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } });
  return {
    name: 'generateContent',
    async ask(question) {
      const answers: GenerateContentResponse[] = [];
      if (question.isStream) {
        for await (const piece of await client.models.generateContentStream(parameters(question))) answers.push(piece);
      } else answers.push(await client.models.generateContent(parameters(question)));
      return heard(answers);
    },
  };
}

function parameters({ model, hasTools, hasImage }: Question): GenerateContentParameters {
  return {
    model,
    contents: [
      {
        role: 'user',
        parts: [{ text: 'Go on.' }, ...(hasImage ? [{ inlineData: { mimeType: 'image/png', data: pixel } }] : [])],
      },
    ],
    config: hasTools
      ? {
          tools: [
            {
              functionDeclarations: toolList.map(({ name, description, schema }) => ({
                name,
                description,
                parametersJsonSchema: schema,
              })),
            },
          ],
        }
      : {},
  };
}

function heard(answers: readonly GenerateContentResponse[]): HeardAnswer {
  const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
  const calls = parts.flatMap(({ functionCall }) =>
    functionCall ? [{ name: functionCall.name ?? '', input: functionCall.args }] : [],
  );
  const usage = answers.findLast((answer) => answer.usageMetadata)?.usageMetadata;
  const reason = answers.findLast((answer) => answer.candidates?.[0]?.finishReason)?.candidates?.[0]?.finishReason;
  const isOver = reason === FinishReason.STOP;
  return {
    text: parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join(''),
    reasoning: parts.map(({ text, thought }) => (thought === true ? (text ?? '') : '')).join(''),
    signature: parts.find(({ thoughtSignature }) => thoughtSignature)?.thoughtSignature,
    calls,
    usage: usage && {
      input: usage.promptTokenCount ?? 0,
      output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    },
    reason:
      reason === FinishReason.MAX_TOKENS ? 'length' : isOver ? (calls.length > 0 ? 'tool-calls' : 'stop') : 'other',
  };
}
