import type { UpstreamBody } from '../../core/codec.ts';
import type { ModelRequest, ToolChoice, ToolSpec } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { writeJson } from '../../transport/write-json.ts';
import { takeHostedTools } from '../hosted-tools.ts';
import { planThinking } from './thinking.ts';
import { toMessages } from './to-content.ts';

/**
 * The version of the API that a call speaks: the operator's word, the client's, or the one that all abilities are in
 * (newer ones are asked for with `anthropic-beta`).
 */
export function versionOf({ headers = {} }: Target, said: Readonly<Record<string, string>> = {}): string {
  return headers[versionWord] ?? said[versionWord] ?? '2023-06-01';
}

const versionWord = 'anthropic-version';

/** Words that no other dialect has, so that they mean the same here whoever wrote them. */
const ownWords = [
  'container',
  'context_management',
  'mcp_servers',
  'inference_geo',
  'speed',
  'user_profile_id',
  'cache_control',
];
const headerWord = 'anthropic-beta';

/**
 * The call that asks `target` for a stream of the answer. Absent stays absent, but for `max_tokens`, which is required
 * (see `planThinking`). Throws `bad-request` for media that the dialect cannot take.
 */
export function toMessagesRequest(request: ModelRequest, target: Target): Omit<UpstreamBody, 'path'> {
  const dropped = new Set<string>();
  const extras = new Map(Object.entries(request.extras ?? {}));
  const plan = planThinking(request, { model: target.model, contextTokens: target.capabilities?.contextTokens });
  for (const word of plan.dropped) dropped.add(word);
  const format = toFormat(request, dropped);
  const config = { ...(plan.effort === undefined ? {} : { effort: plan.effort }), ...format };
  const body = {
    model: target.model,
    max_tokens: plan.maxTokens,
    system: request.instructions.filter((text) => text !== '').map((text) => ({ type: 'text', text })),
    messages: toMessages(request.turns, dropped),
    ...toTools(request, extras),
    ...toSampling(request, plan.isCounting, dropped),
    thinking: plan.thinking,
    output_config: Object.keys(config).length === 0 ? undefined : config,
    ...takeOwnWords(extras),
    stream: true,
  };
  const beta = extras.get(headerWord);
  for (const word of extras.keys()) if (word !== headerWord) dropped.add(word);
  return {
    body: writeJson({ ...body, system: body.system.length === 0 ? undefined : body.system }),
    headers: {
      'anthropic-version': versionOf(target),
      ...(typeof beta === 'string' ? { [headerWord]: beta } : {}),
    },
    dropped: [...dropped],
  };
}

function toFormat({ output }: ModelRequest, dropped: Set<string>): object {
  if (output?.type === 'schema') return { format: { type: 'json_schema', schema: output.schema } };
  if (output !== undefined) dropped.add('response_format');
  return {};
}

function toTools({ tools, toolChoice, parallelTools }: ModelRequest, extras: Map<string, unknown>) {
  const offered = typeof toolChoice === 'object' && 'allowed' in toolChoice ? new Set(toolChoice.allowed) : undefined;
  const list: unknown[] = tools.filter(({ name }) => offered?.has(name) ?? true).map((tool) => toTool(tool));
  list.push(...takeHostedTools(extras, 'anthropic'));
  if (list.length === 0) return {};
  const isSerial = parallelTools === false && toolChoice !== 'none';
  const choice = isSerial ? toToolChoice(toolChoice ?? 'auto') : toolChoice && toToolChoice(toolChoice);
  return {
    tools: list,
    ...(choice === undefined
      ? {}
      : { tool_choice: { ...choice, ...(isSerial ? { disable_parallel_tool_use: true } : {}) } }),
  };
}

function toTool({ name, description, inputSchema, isStrict }: ToolSpec) {
  return {
    name,
    ...(description === '' ? {} : { description }),
    input_schema: { type: 'object', ...inputSchema },
    ...(isStrict === true ? { strict: true } : {}),
  };
}

function toToolChoice(choice: ToolChoice) {
  if (typeof choice === 'object') {
    if ('name' in choice) return { type: 'tool', name: choice.name };
    return { type: choice.mode === 'required' ? 'any' : 'auto' };
  }
  return { type: choice === 'required' ? 'any' : choice };
}

/** With thinking, Anthropic takes no temperature but 1, no `top_k`, and a `top_p` of 0.95 at least. */
function toSampling({ sampling }: ModelRequest, isCounting: boolean, dropped: Set<string>) {
  const { temperature, topP, topK, stop } = sampling;
  const take = (word: string, value: number | undefined, isTaken: boolean): object => {
    if (value === undefined) return {};
    if (isTaken) return { [word]: value };
    dropped.add(word);
    return {};
  };
  const stops = (stop ?? []).filter((text) => text.trim() !== '');
  if (stop !== undefined && stops.length < stop.length) dropped.add('stop');
  if (sampling.seed !== undefined) dropped.add('seed');
  if (sampling.presencePenalty !== undefined) dropped.add('presence_penalty');
  if (sampling.frequencyPenalty !== undefined) dropped.add('frequency_penalty');
  return {
    ...take('temperature', temperature, temperature === 1 || (!isCounting && (temperature ?? 0) <= 1)),
    ...take('top_p', topP, !isCounting || (topP ?? 1) >= 0.95),
    ...take('top_k', topK, !isCounting),
    ...(stops.length === 0 ? {} : { stop_sequences: stops }),
  };
}

/** What of the extras this dialect has a word for; those are taken out. */
function takeOwnWords(extras: Map<string, unknown>): Record<string, unknown> {
  const taken: Record<string, unknown> = {};
  const take = (word: string, value: unknown): void => {
    extras.delete(word);
    taken[word] = value;
  };
  for (const word of ownWords) if (extras.has(word)) take(word, extras.get(word));
  const tier = extras.get('service_tier');
  if (tier === 'auto' || tier === 'standard_only') take('service_tier', tier);
  const user = extras.get('user');
  if (typeof user === 'string') {
    extras.delete('user');
    taken['metadata'] = { user_id: user };
  }
  const metadata = extras.get('metadata');
  if (isOwnMetadata(metadata)) take('metadata', metadata);
  return taken;
}

function isOwnMetadata(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).every((key) => key === 'user_id');
}
