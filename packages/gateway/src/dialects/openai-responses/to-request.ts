import { thinkingEffort } from '../../catalog/thinking.ts';
import type { UpstreamBody } from '../../core/codec.ts';
import type { ModelRequest, ToolChoice } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { writeJson } from '../../transport/write-json.ts';
import { takeHostedTools } from '../hosted-tools.ts';
import { toInput } from './to-input.ts';

/** Words of OpenAI's that mean the same in every dialect of its own. */
const ownWords = [
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'user',
  'truncation',
  'max_tool_calls',
];
const serviceTiers = new Set(['auto', 'default', 'flex', 'priority', 'scale']);
/** Others refuse to be asked for encrypted reasoning. */
const reasoningModel = /^(?:[\w-]+\/)?(?:o\d|gpt-[5-9](?!.*chat)|codex)/;
const encrypted = 'reasoning.encrypted_content';

/**
 * The call that asks `target` for a stream of the answer. It is stateless (`store: false`), so models that reason are
 * asked for their encrypted reasoning. Absent stays absent, but for `strict` of a tool, which is false as in every other
 * dialect. Throws `bad-request` for media that the dialect cannot take.
 */
export function toResponsesRequest(request: ModelRequest, target: Target): Omit<UpstreamBody, 'path'> {
  const { sampling } = request;
  const dropped = new Set<string>();
  const extras = new Map(Object.entries(request.extras ?? {}));
  const instructions = request.instructions.filter((text) => text !== '').join('\n\n');
  const body = {
    model: target.model,
    instructions: instructions === '' ? undefined : instructions,
    input: toInput(request.turns, dropped),
    ...toTools(request, extras),
    text: toText(request, extras),
    reasoning: toReasoning(request),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    max_output_tokens: sampling.maxOutputTokens,
    ...takeOwnWords(extras),
    include: wantsEncrypted(request, target) ? [encrypted] : undefined,
    store: false,
    stream: true,
  };
  if (sampling.topK !== undefined) dropped.add('top_k');
  if (sampling.stop !== undefined) dropped.add('stop');
  if (sampling.seed !== undefined) dropped.add('seed');
  if (sampling.presencePenalty !== undefined) dropped.add('presence_penalty');
  if (sampling.frequencyPenalty !== undefined) dropped.add('frequency_penalty');
  for (const word of extras.keys()) dropped.add(word);
  return { body: writeJson(body), dropped: [...dropped] };
}

function toReasoning({ reasoning }: ModelRequest): object | undefined {
  const effort = reasoning && thinkingEffort(reasoning);
  if (effort === undefined && reasoning?.summary === undefined) return undefined;
  return { effort, summary: reasoning?.summary };
}

function toText({ output }: ModelRequest, extras: Map<string, unknown>): object | undefined {
  const verbosity = extras.get('verbosity');
  extras.delete('verbosity');
  const format =
    output?.type === 'schema'
      ? { type: 'json_schema', name: output.name, schema: output.schema, strict: output.isStrict }
      : output && { type: 'json_object' };
  return format === undefined && verbosity === undefined ? undefined : { format, verbosity };
}

function toTools({ tools, toolChoice, parallelTools }: ModelRequest, extras: Map<string, unknown>) {
  const list: unknown[] = tools.map(({ name, description, inputSchema, isStrict }) => ({
    type: 'function',
    name,
    description: description === '' ? undefined : description,
    parameters: inputSchema,
    strict: isStrict ?? false,
  }));
  list.push(...takeHostedTools(extras, 'openai'));
  if (list.length === 0) return {};
  return { tools: list, tool_choice: toolChoice && toToolChoice(toolChoice), parallel_tool_calls: parallelTools };
}

function toToolChoice(choice: ToolChoice): unknown {
  if (typeof choice === 'string') return choice;
  if ('name' in choice) return { type: 'function', name: choice.name };
  const tools = choice.allowed.map((name) => ({ type: 'function', name }));
  return { type: 'allowed_tools', mode: choice.mode, tools };
}

function wantsEncrypted({ reasoning, turns }: ModelRequest, { model, capabilities }: Target): boolean {
  if (capabilities?.reasoning !== undefined) return capabilities.reasoning;
  if (reasoning !== undefined && thinkingEffort(reasoning) !== 'none') return true;
  const hasEarlier = turns.some(
    (turn) =>
      turn.role === 'assistant' &&
      turn.parts.some((part) => part.type === 'reasoning' && part.opaque?.dialect === 'openai-responses'),
  );
  return hasEarlier || reasoningModel.test(model);
}

/** What of the extras this dialect has a word for; those are taken out. */
function takeOwnWords(extras: Map<string, unknown>): Record<string, unknown> {
  const taken: Record<string, unknown> = {};
  for (const word of ownWords) {
    if (!extras.has(word)) continue;
    taken[word] = extras.get(word);
    extras.delete(word);
  }
  const tier = extras.get('service_tier');
  if (typeof tier === 'string' && serviceTiers.has(tier)) {
    taken['service_tier'] = tier;
    extras.delete('service_tier');
  }
  return taken;
}
