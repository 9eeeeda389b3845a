import { thinkingEffort } from '../../catalog/thinking.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelRequest, Part, ReasoningWish, ToolSpec, Turn } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { noteDetail } from '../note-detail.ts';
import { objectInput } from '../object-input.ts';
import { refuseOrphan } from '../refuse-orphan.ts';

/** Only these models know degrees of thinking; others refuse anything but on and off. */
const hasLevels = /gpt-oss/;

/**
 * The body of an `/api/chat` call (https://docs.ollama.com/api/chat) for `writeJson`; what is absent in the request
 * stays absent. Throws `bad-request` for media it cannot take: it knows images by value and nothing else.
 */
export function toOllamaRequest(
  request: ModelRequest,
  { model, provider, quirks }: Target,
): { readonly body: object; readonly dropped: string[] } {
  const dropped = new Set<string>();
  const { sampling, reasoning, output } = request;
  const { keep_alive: keepAlive = quirks?.keepAlive, ...extras } = request.extras ?? {};
  for (const name of Object.keys(extras)) dropped.add(name);
  const options = {
    num_predict: sampling.maxOutputTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: sampling.topK,
    stop: sampling.stop,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
  };
  const body = {
    model,
    messages: [
      ...request.instructions.map((content) => ({ role: 'system', content })),
      ...toMessages(request.turns, provider, dropped),
    ],
    stream: true,
    tools: toTools(request, dropped),
    format: output === undefined ? undefined : output.type === 'json' ? 'json' : output.schema,
    think: reasoning === undefined ? undefined : toThink(reasoning, model),
    keep_alive: keepAlive,
    options: Object.values(options).some((value) => value !== undefined) ? options : undefined,
  };
  return { body, dropped: [...dropped] };
}

function toTools({ tools, toolChoice, parallelTools }: ModelRequest, dropped: Set<string>): object[] | undefined {
  if (tools.length === 0 || toolChoice === 'none') return undefined;
  if (parallelTools === false) dropped.add('parallel_tool_calls');
  const isForced =
    toolChoice === 'required' ||
    (typeof toolChoice === 'object' && ('name' in toolChoice || toolChoice.mode === 'required'));
  // Ollama cannot make a model call; showing it the wanted tools alone is as near as it gets.
  if (isForced) dropped.add('tool_choice');
  const wanted =
    typeof toolChoice !== 'object' ? undefined : 'name' in toolChoice ? [toolChoice.name] : toolChoice.allowed;
  if (tools.some(({ isStrict }) => isStrict === true)) dropped.add('strict');
  const shown = wanted === undefined ? tools : tools.filter(({ name }) => wanted.includes(name));
  return shown.length === 0 ? undefined : shown.map((tool) => toTool(tool));
}

function toTool({ name, description, inputSchema }: ToolSpec): object {
  return { type: 'function', function: { name, description: description || undefined, parameters: inputSchema } };
}

function toThink(wish: ReasoningWish, model: string): boolean | string {
  const effort = thinkingEffort(wish);
  if (effort === 'none') return false;
  if (!hasLevels.test(model) || effort === undefined) return true;
  return effort === 'medium' ? 'medium' : effort === 'high' || effort === 'xhigh' ? 'high' : 'low';
}

function toMessages(turns: readonly Turn[], provider: string, dropped: Set<string>): object[] {
  const names = new Map<string, string>();
  return turns.map((turn) => {
    switch (turn.role) {
      case 'user':
        return { role: 'user', content: textOf(turn.parts), images: toImages(turn.parts, provider, dropped) };
      case 'tool':
        return {
          role: 'tool',
          content: turn.output,
          tool_name: turn.name ?? names.get(turn.callId) ?? refuseOrphan(turn.callId),
          images: toImages(turn.attachments ?? [], provider, dropped),
        };
      case 'assistant': {
        const calls = turn.parts.filter((part) => part.type === 'tool-call');
        for (const call of calls) names.set(call.callId, call.name);
        return {
          role: 'assistant',
          content: textOf(turn.parts),
          thinking: thinkingOf(turn.parts, dropped),
          tool_calls:
            calls.length === 0
              ? undefined
              : calls.map((call) => ({ function: { name: call.name, arguments: objectInput(call.input) } })),
        };
      }
      default:
        return turn satisfies never;
    }
  });
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Thoughts that another vendor signed or hid stay away. */
function thinkingOf(parts: readonly Part[], dropped: Set<string>): string | undefined {
  let thinking = '';
  for (const part of parts) {
    if (part.type !== 'reasoning') continue;
    if (part.signature ?? part.opaque) dropped.add('reasoning');
    else thinking += part.text;
  }
  return thinking || undefined;
}

function toImages(parts: readonly Part[], provider: string, dropped: Set<string>): string[] | undefined {
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === 'image') noteDetail(part, dropped);
    if (part.type === 'image' && part.source.kind === 'base64') images.push(part.source.data);
    else if (part.type === 'image') refuseMedia(`an image by its address: ${provider} takes images by value only`);
    else if (part.type === 'file' || part.type === 'audio') refuseMedia(`a file of another kind than an image`);
  }
  return images.length === 0 ? undefined : images;
}

function refuseMedia(what: string): never {
  throw new GatewayError('bad-request', { message: `The messages hold ${what}.`, param: 'messages' });
}
