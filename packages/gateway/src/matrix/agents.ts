import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import type { Content, GenerateContentParameters, GenerateContentResponse } from '@google/genai';
import OpenAI from 'openai';
import { toolList } from './heard-answer.ts';

/** What an agent makes of a call of a tool. */
export type RunTool = (name: string) => string;

export interface AgentTask {
  /** Names of the models as the gateway knows them, one for each question. */
  readonly models: readonly [first: string, second: string];
  readonly isStream: boolean;
  /** Absent: there are no tools, and the second question is one of a person. */
  readonly runTool?: RunTool;
}

/** An official SDK that asks twice: the second time with the whole first answer and, with tools, with their results. */
export interface Agent {
  readonly name: string;
  /** Resolves with the text of the second answer. */
  work(task: AgentTask): Promise<string>;
}

const firstQuestion = 'Look at the weather.';
const secondQuestion = 'Second question.';

/** OpenAI's SDK with chat completions. */
export function createChatAgent(url: string): Agent {
  const client = new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0 });
  const tools = toolList.map(({ name, description, schema }) => ({
    type: 'function' as const,
    function: { name, description, parameters: schema },
  }));
  return {
    name: 'chat completions',
    async work({ models, isStream, runTool }) {
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: firstQuestion }];
      const ask = async (model: string): Promise<OpenAI.ChatCompletionMessage | undefined> => {
        const body = { model, messages, ...(runTool && { tools }) };
        const completion = isStream
          ? await client.chat.completions.stream(body).finalChatCompletion()
          : await client.chat.completions.create(body);
        return completion.choices[0]?.message;
      };
      const answer = await ask(models[0]);
      if (answer) messages.push(answer);
      for (const call of answer?.tool_calls ?? []) {
        const content = runTool?.(call.type === 'function' ? call.function.name : '') ?? '';
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
      if (!runTool) messages.push({ role: 'user', content: secondQuestion });
      return (await ask(models[1]))?.content ?? '';
    },
  };
}

/** OpenAI's SDK with Responses, without anything stored at the gateway. */
export function createResponsesAgent(url: string): Agent {
  const client = new OpenAI({ apiKey: 'any', baseURL: `${url}/v1`, maxRetries: 0 });
  const tools = toolList.map(({ name, description, schema }) => ({
    type: 'function' as const,
    name,
    description,
    parameters: schema,
    strict: false,
  }));
  return {
    name: 'responses',
    async work({ models, isStream, runTool }) {
      const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: firstQuestion }];
      const ask = (model: string): Promise<OpenAI.Responses.Response> => {
        const include = ['reasoning.encrypted_content' as const];
        const body = { model, input, store: false, include, ...(runTool && { tools }) };
        return isStream ? client.responses.stream(body).finalResponse() : client.responses.create(body);
      };
      const answer = await ask(models[0]);
      for (const item of answer.output) {
        if (item.type === 'reasoning' || item.type === 'message' || item.type === 'function_call') input.push(item);
      }
      for (const item of answer.output) {
        if (item.type !== 'function_call') continue;
        input.push({ type: 'function_call_output', call_id: item.call_id, output: runTool?.(item.name) ?? '' });
      }
      if (!runTool) input.push({ role: 'user', content: secondQuestion });
      return (await ask(models[1])).output_text;
    },
  };
}

/** Anthropic's SDK. */
export function createMessagesAgent(url: string): Agent {
  const client = new Anthropic({ apiKey: 'any', baseURL: url, maxRetries: 0 });
  const tools = toolList.map(({ name, description, schema }) => ({
    name,
    description,
    input_schema: { ...schema, type: 'object' as const },
  }));
  return {
    name: 'messages',
    async work({ models, isStream, runTool }) {
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: firstQuestion }];
      const ask = async (model: string): Promise<Anthropic.Message> => {
        const body = { model, max_tokens: 2000, messages, ...(runTool && { tools }) };
        return isStream ? client.messages.stream(body).finalMessage() : client.messages.create(body);
      };
      const { content } = await ask(models[0]);
      messages.push({ role: 'assistant', content });
      const results = content.flatMap((block): Anthropic.ContentBlockParam[] =>
        block.type === 'tool_use'
          ? [{ type: 'tool_result', tool_use_id: block.id, content: runTool?.(block.name) ?? '' }]
          : [],
      );
      messages.push({ role: 'user', content: runTool ? results : secondQuestion });
      return (await ask(models[1])).content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    },
  };
}

/** Google's SDK. */
export function createGenerativeAgent(url: string): Agent {
  const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url, retryOptions: { attempts: 1 } } });
  const functionDeclarations = toolList.map(({ name, description, schema }) => ({
    name,
    description,
    parametersJsonSchema: schema,
  }));
  return {
    name: 'generateContent',
    async work({ models, isStream, runTool }) {
      const contents: Content[] = [{ role: 'user', parts: [{ text: firstQuestion }] }];
      const ask = async (model: string): Promise<Content> => {
        const parameters: GenerateContentParameters = {
          model,
          contents,
          config: runTool ? { tools: [{ functionDeclarations }] } : {},
        };
        const answers: GenerateContentResponse[] = [];
        if (isStream) {
          for await (const piece of await client.models.generateContentStream(parameters)) answers.push(piece);
        } else answers.push(await client.models.generateContent(parameters));
        return { role: 'model', parts: answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []) };
      };
      const answer = await ask(models[0]);
      contents.push(answer);
      const results = (answer.parts ?? []).flatMap(({ functionCall }) => {
        if (!functionCall) return [];
        const { id, name = '' } = functionCall;
        const functionResponse = { name, response: { output: runTool?.(name) ?? '' }, ...(id ? { id } : {}) };
        return [{ functionResponse }];
      });
      contents.push({ role: 'user', parts: runTool ? results : [{ text: secondQuestion }] });
      const { parts = [] } = await ask(models[1]);
      return parts.map(({ text }) => text ?? '').join('');
    },
  };
}
