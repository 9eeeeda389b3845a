import type { ModelRequest } from '@parley/gateway';
import type { ResolvedModel } from '../models/model-service.ts';
import { plainText } from './prompt-title.ts';
import { untilAborted } from './until-aborted.ts';

/** Characters. A model that writes more has not understood what a title is. */
const longestAnswer = 1_000;
const longestTitle = 80;
const longestPrompt = 2_000;

/** Asks a model for the title of a conversation that begins with `prompt`. `undefined` when what it says is no title. */
export async function askForTitle(
  { strategy, target, endpoint }: ResolvedModel,
  prompt: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const model = endpoint.titleModel ?? target.model;
  let answer = '';
  for await (const event of untilAborted(
    strategy.stream(titleRequest(model, prompt), { ...target, model }, signal),
    signal,
  )) {
    if (event.type === 'failure') throw event.error;
    if (event.type === 'text-delta') answer += event.text;
    if (answer.length > longestAnswer) return undefined;
  }
  return toTitle(answer);
}

function titleRequest(model: string, prompt: string): ModelRequest {
  const text = [
    'Write a short title for a conversation that begins with the message below.',
    'At most six words, in the language of the message, without quotation marks, markup or a full stop. Answer with the title alone.',
    '',
    prompt.slice(0, longestPrompt).toWellFormed(),
  ].join('\n');
  return {
    model,
    instructions: [],
    turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
    tools: [],
    sampling: {},
  };
}

/** Takes off what models like to wrap a title in; `undefined` when nothing fit for a list remains. */
export function toTitle(answer: string): string | undefined {
  const said = answer.replaceAll(/<think>[\s\S]*?(?:<\/think>|$)/g, '').trim();
  const lines = said.split('\n').map((line) => line.trim());
  const line = plainText(lines.find((candidate) => candidate !== '') ?? '');
  const title = line
    .replace(/^title\s*:\s*/i, '')
    .replace(/^["'“”„«‘]+|["'“”»’]+$/g, '')
    .replace(/(?<!\.)\.$/, '')
    .trim();
  return title === '' || title.length > longestTitle ? undefined : title.toWellFormed();
}
