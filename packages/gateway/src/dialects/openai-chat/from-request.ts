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
import { parseOrRefuse } from '../parse-or-refuse.ts';
import type { Fields } from '../json-fields.ts';
import { fromChatMessages, messageSchema } from './from-messages.ts';

const functionSchema = z.object({
  name: z.string('must be the name of the function').check(z.minLength(1, 'must be the name of the function')),
  description: lenient(z.string()),
  parameters: z.nullish(z.record(z.string(), z.unknown(), 'must be a JSON Schema object')),
  strict: lenient(z.boolean()),
});
const toolSchema = z.looseObject({ type: z.optional(z.string()), function: z.optional(functionSchema) });
const named = z.object({ function: z.object({ name: z.string() }) });
const allowed = z.object({
  allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(named) }),
});
const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);

const requestSchema = z.looseObject({
  model: lenient(z.string()),
  messages: z.array(messageSchema),
  n: z.nullish(z.literal(1, 'must be 1: this model gives one answer')),
  tools: z.nullish(z.array(toolSchema, 'must be a list')),
  functions: z.nullish(z.array(functionSchema, 'must be a list')),
  tool_choice: lenient(z.union([z.enum(['auto', 'none', 'required']), named, allowed])),
  function_call: lenient(z.union([z.enum(['auto', 'none']), z.object({ name: z.string() })])),
  parallel_tool_calls: lenient(z.boolean()),
  response_format: lenient(
    z.union([
      z.object({ type: z.literal('json_object') }),
      z.object({
        type: z.literal('json_schema'),
        json_schema: z.object({
          name: lenient(z.string()),
          schema: lenient(z.record(z.string(), z.unknown())),
          strict: lenient(z.boolean()),
        }),
      }),
    ]),
  ),
  reasoning_effort: lenient(effort),
  reasoning: lenient(z.object({ effort: lenient(effort), max_tokens: lenient(z.number()) })),
  temperature: lenient(z.number()),
  top_p: lenient(z.number()),
  top_k: lenient(z.number()),
  max_tokens: lenient(z.number()),
  max_completion_tokens: lenient(z.number()),
  stop: lenient(z.union([z.string(), z.array(z.string())])),
  seed: lenient(z.number()),
  presence_penalty: lenient(z.number()),
  frequency_penalty: lenient(z.number()),
});
type ChatRequest = z.infer<typeof requestSchema>;

/** What is read above, and what says how the answer is sent. */
const known = new Set([...Object.keys(requestSchema.def.shape), 'stream', 'stream_options']);

/** The request of a body that `readChatCall` accepted, for an upstream of another dialect. Throws `bad-request`. */
export function fromChatRequest(fields: Fields): ModelRequest {
  const body = parseOrRefuse(requestSchema, fields);
  const { instructions, turns } = fromChatMessages(body.messages);
  const { tools, others } = toTools(body);
  const extras = { ...unknownFields(fields), ...others };
  const toolChoice = toToolChoice(body);
  const output = toOutput(body);
  const reasoning = toReasoning(body);
  return {
    model: body.model ?? '',
    instructions,
    turns,
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(typeof body.parallel_tool_calls === 'boolean' ? { parallelTools: body.parallel_tool_calls } : {}),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    sampling: toSampling(body),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  };
}

function unknownFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !known.has(name) && value !== null));
}

/** Tools that are no functions mean something to OpenAI only. */
function toTools({ tools, functions }: ChatRequest): { tools: ToolSpec[]; others: Record<string, unknown> } {
  const others = (tools ?? []).filter((tool) => tool.function === undefined);
  const specs = [...(tools ?? []).flatMap((tool) => tool.function ?? []), ...(functions ?? [])];
  return {
    tools: specs.map(({ name, description, parameters, strict }) => ({
      name,
      description: description ?? '',
      inputSchema: parameters ?? { type: 'object', properties: {} },
      ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
    })),
    others: Object.fromEntries(others.map((tool) => [`tools.${tool.type ?? 'unknown'}`, tool])),
  };
}

function toToolChoice({ tool_choice: choice, function_call: legacy }: ChatRequest): ToolChoice | undefined {
  if (choice === null || choice === undefined) {
    if (legacy === null || legacy === undefined) return undefined;
    return typeof legacy === 'string' ? legacy : { name: legacy.name };
  }
  if (typeof choice === 'string') return choice;
  if ('function' in choice) return { name: choice.function.name };
  const { mode, tools } = choice.allowed_tools;
  return { mode, allowed: tools.map(({ function: { name } }) => name) };
}

function toOutput({ response_format: format }: ChatRequest): OutputShape | undefined {
  if (format === null || format === undefined) return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  const { name, schema, strict } = format.json_schema;
  return {
    type: 'schema',
    name: name ?? 'answer',
    schema: schema ?? {},
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
  };
}

function toReasoning({ reasoning_effort: plain, reasoning }: ChatRequest): ReasoningWish | undefined {
  const wish = plain ?? reasoning?.effort ?? undefined;
  const budget = reasoning?.max_tokens ?? undefined;
  if (wish === undefined && budget === undefined) return undefined;
  return {
    ...(wish === undefined ? {} : { effort: wish }),
    ...(budget === undefined ? {} : { budgetTokens: budget }),
  };
}

function toSampling(body: ChatRequest): Sampling {
  const stop = body.stop ?? undefined;
  return withoutAbsent({
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
    seed: body.seed,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    ...(stop === undefined ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
  });
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> };

function withoutAbsent<T extends object>(fields: T): Present<T> {
  const present: Present<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (isPresent(value)) present[key] = value;
  }
  return present;
}

function isPresent<T>(value: T): value is Exclude<T, null | undefined> {
  return value !== null && value !== undefined;
}
