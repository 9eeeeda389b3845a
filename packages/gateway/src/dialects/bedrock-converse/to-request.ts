import type { ModelRequest, OutputShape, Sampling, ToolChoice, ToolSpec } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { writeJson } from '../../transport/write-json.ts';
import { toThinking } from './thinking.ts';
import { toMessages } from './to-messages.ts';

/** Converse's own fields that a client may have sent under their own names. */
const ownExtras = ['guardrailConfig', 'performanceConfig', 'requestMetadata', 'serviceTier', 'promptVariables'];

/**
 * The body of a `ConverseStream` call
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html) for `writeJson`; what is
 * absent in the request stays absent. `dropped` are the client's wishes this dialect has no place for.
 */
export function toBedrockRequest(
  request: ModelRequest,
  { model }: Target,
): { readonly body: object; readonly dropped: string[] } {
  const dropped = new Set<string>();
  const thinking = toThinking(request, model, dropped);
  const additional = { ...toTopK(request, model, thinking, dropped), ...thinking };
  const body = {
    messages: toMessages(request.turns, dropped),
    system: toSystem(request.instructions),
    inferenceConfig: toInference(request.sampling, 'thinking' in thinking, dropped),
    toolConfig: toToolConfig(request, dropped),
    outputConfig: toOutputConfig(request.output, dropped),
    additionalModelRequestFields: isEmpty(additional) ? undefined : additional,
    ...ownExtrasOf(request.extras ?? {}, dropped),
  };
  return { body, dropped: [...dropped] };
}

/** Blank texts are refused. */
function toSystem(instructions: readonly string[]): object[] | undefined {
  const texts = instructions.filter((text) => text.trim() !== '').map((text) => ({ text }));
  return texts.length === 0 ? undefined : texts;
}

function ownExtrasOf(given: Readonly<Record<string, unknown>>, dropped: Set<string>): Record<string, unknown> {
  const extras: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (ownExtras.includes(name)) extras[name] = value;
    else dropped.add(name);
  }
  return extras;
}

/** A model of Anthropic that thinks refuses a temperature, and a narrow choice of words. */
function toInference(sampling: Sampling, isThinking: boolean, dropped: Set<string>): object | undefined {
  const { maxOutputTokens, temperature, topP, stop, seed, presencePenalty, frequencyPenalty } = sampling;
  const isNarrow = isThinking && (topP ?? 1) < 0.95;
  if (isThinking && temperature !== undefined) dropped.add('temperature');
  if (isNarrow) dropped.add('top_p');
  if (seed !== undefined) dropped.add('seed');
  if (presencePenalty !== undefined) dropped.add('presence_penalty');
  if (frequencyPenalty !== undefined) dropped.add('frequency_penalty');
  const inference = {
    maxTokens: maxOutputTokens,
    temperature: isThinking ? undefined : temperature,
    topP: isNarrow ? undefined : topP,
    stopSequences: stop,
  };
  return isEmpty(inference) ? undefined : inference;
}

function toOutputConfig(output: OutputShape | undefined, dropped: Set<string>): object | undefined {
  if (output === undefined) return undefined;
  if (output.type === 'json') {
    dropped.add('response_format');
    return undefined;
  }
  const jsonSchema = { schema: writeJson(output.schema), name: output.name || undefined };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function isEmpty(fields: object): boolean {
  return Object.values(fields).every((value) => value === undefined);
}

function toToolConfig({ tools, toolChoice, parallelTools, turns }: ModelRequest, dropped: Set<string>) {
  if (parallelTools === false && tools.length > 0) dropped.add('parallel_tool_calls');
  const allowed = typeof toolChoice === 'object' && 'allowed' in toolChoice ? toolChoice.allowed : undefined;
  const shown = allowed === undefined ? tools : tools.filter(({ name }) => allowed.includes(name));
  const isOffered = shown.length > 0 && toolChoice !== 'none';
  if (isOffered) return { tools: shown.map((tool) => toTool(tool)), toolChoice: toToolChoice(toolChoice) };
  // Tools that were used must stay declared, and there is no word to forbid them.
  const used = usedTools(turns);
  if (used.length === 0) return undefined;
  if (toolChoice === 'none') dropped.add('tool_choice');
  const undeclared = used.filter((name) => !shown.some((tool) => tool.name === name));
  const stubs = undeclared.map((name) => ({ name, description: '', inputSchema: { type: 'object' } }));
  return { tools: [...shown, ...stubs].map((tool) => toTool(tool)) };
}

/** The names of the tools of earlier calls. */
function usedTools(turns: ModelRequest['turns']): string[] {
  const parts = turns.flatMap((turn) => (turn.role === 'assistant' ? turn.parts : []));
  return [...new Set(parts.flatMap((part) => (part.type === 'tool-call' ? part.name : [])))];
}

function toTool({ name, description, inputSchema, isStrict }: ToolSpec): object {
  return {
    toolSpec: { name, description: description || undefined, inputSchema: { json: inputSchema }, strict: isStrict },
  };
}

function toToolChoice(choice: ToolChoice | undefined): object | undefined {
  if (choice === undefined || choice === 'none') return undefined;
  if (choice === 'auto') return { auto: {} };
  if (choice === 'required') return { any: {} };
  if ('name' in choice) return { tool: { name: choice.name } };
  return choice.mode === 'required' ? { any: {} } : { auto: {} };
}

function toTopK(
  { sampling: { topK } }: ModelRequest,
  model: string,
  thinking: Record<string, unknown>,
  dropped: Set<string>,
): object {
  if (topK === undefined) return {};
  if (/anthropic\./.test(model) && !('thinking' in thinking)) return { top_k: topK };
  if (/amazon\.nova/.test(model)) return { inferenceConfig: { topK } };
  dropped.add('top_k');
  return {};
}
