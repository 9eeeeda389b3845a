import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import type {
  ModelRequest,
  OutputShape,
  ReasoningWish,
  Sampling,
  ToolChoice,
  ToolSpec,
} from '../../core/model-request.ts';
import { jsonTextsAt } from '../../transport/json-text.ts';
import { hostedToolExtras } from '../hosted-tools.ts';
import { isFields } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { parseOrRefuse } from '../parse-or-refuse.ts';
import { fromMessages, messageSchema } from './from-content.ts';

const number = lenient(z.number());
const textBlock = z.looseObject({ text: lenient(z.string()) });

const toolSchema = z.looseObject({
  type: lenient(z.string()),
  name: z.string('must be the name of the tool').check(z.minLength(1, 'must be the name of the tool')),
  description: lenient(z.string()),
  input_schema: z.nullish(z.record(z.string(), z.unknown(), 'must be a JSON Schema object')),
  strict: lenient(z.boolean()),
});

const requestSchema = z.looseObject({
  model: lenient(z.string()),
  messages: z.array(messageSchema),
  system: z.nullish(z.union([z.string(), z.array(textBlock)], 'must be a text or a list of blocks')),
  max_tokens: number,
  temperature: number,
  top_p: number,
  top_k: number,
  stop_sequences: lenient(z.array(z.string())),
  tools: z.nullish(z.array(toolSchema, 'must be a list')),
  tool_choice: lenient(
    z.object({ type: z.string(), name: lenient(z.string()), disable_parallel_tool_use: lenient(z.boolean()) }),
  ),
  thinking: lenient(z.object({ type: z.string(), budget_tokens: number })),
  output_config: lenient(
    z.object({
      effort: lenient(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])),
      format: lenient(z.object({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })),
    }),
  ),
});
type MessagesRequest = z.infer<typeof requestSchema>;

/** What is read above, and what says how the answer is sent. */
const known = new Set([...Object.keys(requestSchema.def.shape), 'stream', 'session_id', 'conversation_id']);

/**
 * The request of a body that `readMessagesCall` accepted, for an upstream of another dialect; `text` is the body, from
 * which tool inputs are taken as they were written. Throws `bad-request`.
 */
export function fromMessagesRequest(fields: Fields, text: string): ModelRequest {
  const body = parseOrRefuse(requestSchema, fields);
  const inputs = text.includes('tool_use')
    ? jsonTextsAt(text, ['messages', '*', 'content', '*', 'input'])
    : new Map<string, string>();
  const { instructions, turns, unknown } = fromMessages(body.messages, inputs);
  const tools = (body.tools ?? []).filter((tool) => !isHosted(tool));
  const extras = {
    ...Object.fromEntries(Object.entries(fields).filter(([name, value]) => !known.has(name) && value !== null)),
    ...hostedToolExtras((body.tools ?? []).filter(isHosted)),
    ...Object.fromEntries([...unknown].map((type) => [`messages.content.${type}`, true])),
    ...cacheWishes(body),
  };
  const reasoning = toReasoning(body);
  const output = toOutput(body);
  return {
    model: body.model ?? '',
    instructions: [...systemTexts(body.system), ...instructions],
    turns,
    tools: tools.map((tool) => toTool(tool)),
    ...toChoice(body.tool_choice),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    sampling: toSampling(body),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  };
}

function isCached(given: readonly Fields[]): boolean {
  return given.some((one) => isFields(one['cache_control']));
}

/** What shall be kept in a cache of Anthropic's, outside messages. Not `tools.`, which stands for a tool's type. */
function cacheWishes({ system, tools }: MessagesRequest): Record<string, true> {
  return {
    ...(Array.isArray(system) && isCached(system) ? { 'system.cache_control': true } : {}),
    ...(isCached((tools ?? []).filter((tool) => !isHosted(tool))) ? { 'tool.cache_control': true } : {}),
  };
}

function systemTexts(system: MessagesRequest['system']): string[] {
  const texts = typeof system === 'string' ? [system] : (system ?? []).map(({ text }) => text ?? '');
  return texts.filter((text) => text !== '');
}

/** Tools with a type of their own mean something to Anthropic only. */
function isHosted({ type }: z.infer<typeof toolSchema>): boolean {
  return type !== undefined && type !== null && type !== 'custom';
}

function toTool({ name, description, input_schema: schema, strict }: z.infer<typeof toolSchema>): ToolSpec {
  return {
    name,
    description: description ?? '',
    inputSchema: schema ?? { type: 'object', properties: {} },
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
  };
}

function toChoice(choice: MessagesRequest['tool_choice']): { toolChoice?: ToolChoice; parallelTools?: boolean } {
  if (!choice) return {};
  const parallel = choice.disable_parallel_tool_use === true ? { parallelTools: false } : {};
  if (choice.type === 'tool' && choice.name) return { toolChoice: { name: choice.name }, ...parallel };
  if (choice.type === 'any') return { toolChoice: 'required', ...parallel };
  return choice.type === 'none' ? { toolChoice: 'none' } : { toolChoice: 'auto', ...parallel };
}

function toReasoning({ thinking, output_config: config }: MessagesRequest): ReasoningWish | undefined {
  const effort = config?.effort === 'max' ? 'xhigh' : (config?.effort ?? undefined);
  if (thinking?.type === 'disabled') return { effort: 'none' };
  if (thinking?.type === 'enabled' && typeof thinking.budget_tokens === 'number') {
    return { budgetTokens: thinking.budget_tokens, ...(effort === undefined ? {} : { effort }) };
  }
  // Adaptive thinking without a word about effort means a high one.
  if (thinking?.type === 'adaptive') return { effort: effort ?? 'high' };
  return effort === undefined ? undefined : { effort };
}

function toOutput({ output_config: config }: MessagesRequest): OutputShape | undefined {
  return config?.format ? { type: 'schema', name: 'answer', schema: config.format.schema, isStrict: true } : undefined;
}

function toSampling(body: MessagesRequest): Sampling {
  const { max_tokens: limit, temperature, top_p: topP, top_k: topK, stop_sequences: stop } = body;
  return {
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof topP === 'number' ? { topP } : {}),
    ...(typeof topK === 'number' ? { topK } : {}),
    ...(typeof limit === 'number' ? { maxOutputTokens: limit } : {}),
    ...(stop && stop.length > 0 ? { stop } : {}),
  };
}
