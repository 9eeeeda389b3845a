import type { ModelRequest, OutputShape, ReasoningWish, ToolChoice } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import type { Fields } from '../json-fields.ts';
import { toChatMessages } from './to-messages.ts';
import { withoutAbsent } from './without-absent.ts';

export interface ChatBody {
  readonly body: Record<string, unknown>;
  /** What of the request has no place in it. */
  readonly dropped: readonly string[];
}

/** Fields that other dialects may have left in `extras` and that mean the same here. */
const sharedExtras = new Set([
  'audio',
  'logit_bias',
  'logprobs',
  'modalities',
  'prediction',
  'prompt_cache_key',
  'safety_identifier',
  'top_logprobs',
  'user',
  'verbosity',
]);

/**
 * The body that asks for `request` in this dialect; streams ask for usage unless the provider refuses that. What is
 * absent in the request stays absent in the body.
 */
export function toChatRequest(request: ModelRequest, target: Target): ChatBody {
  const { sampling, tools, toolChoice, parallelTools } = request;
  const { quirks, model } = target;
  const dropped = new Set<string>();
  const hasTools = tools.length > 0;
  const body = withoutAbsent({
    ...sharedFields(request, dropped),
    model,
    messages: toChatMessages(request, target, dropped),
    tools: hasTools ? tools.map((tool) => toChatTool(tool)) : undefined,
    tool_choice: hasTools && toolChoice !== undefined ? toChatToolChoice(toolChoice) : undefined,
    parallel_tool_calls: hasTools && quirks?.refusesParallelTools !== true ? parallelTools : undefined,
    response_format: request.output && toResponseFormat(request.output),
    reasoning_effort: request.reasoning && toEffort(request.reasoning, dropped),
    temperature: sampling.temperature,
    top_p: sampling.topP,
    [quirks?.outputLimitField ?? 'max_tokens']: sampling.maxOutputTokens,
    stop: sampling.stop,
    seed: sampling.seed,
    presence_penalty: sampling.presencePenalty,
    frequency_penalty: sampling.frequencyPenalty,
    stream: true,
    stream_options: quirks?.refusesStreamOptions === true ? undefined : { include_usage: true },
  });
  if (sampling.topK !== undefined) dropped.add('top_k');
  return { body, dropped: [...dropped] };
}

function sharedFields({ extras }: ModelRequest, dropped: Set<string>): Record<string, unknown> {
  const shared: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(extras ?? {})) {
    if (sharedExtras.has(name)) shared[name] = value;
    else dropped.add(name);
  }
  return shared;
}

function toChatTool({ name, description, inputSchema, isStrict }: ModelRequest['tools'][number]): Fields {
  return {
    type: 'function',
    function: {
      name,
      description,
      parameters: inputSchema,
      ...(isStrict === undefined ? {} : { strict: isStrict }),
    },
  };
}

function toChatToolChoice(choice: ToolChoice): unknown {
  if (typeof choice === 'string') return choice;
  if ('name' in choice) return named(choice.name);
  return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: choice.allowed.map(named) } };
}

function named(name: string): Fields {
  return { type: 'function', function: { name } };
}

function toResponseFormat(output: OutputShape): Fields {
  if (output.type === 'json') return { type: 'json_object' };
  const { name, schema, isStrict } = output;
  return {
    type: 'json_schema',
    json_schema: { name, schema, ...(isStrict === undefined ? {} : { strict: isStrict }) },
  };
}

/** Where only a number of tokens is known, the nearest word for it. */
function toEffort({ effort, budgetTokens, summary }: ReasoningWish, dropped: Set<string>): string | undefined {
  if (summary !== undefined) dropped.add('reasoning.summary');
  if (effort !== undefined || budgetTokens === undefined) return effort;
  dropped.add('reasoning budget');
  if (budgetTokens === 0) return 'none';
  if (budgetTokens <= 2048) return 'low';
  return budgetTokens <= 8192 ? 'medium' : 'high';
}
