import * as z from 'zod/mini';
import { GatewayError } from '../../core/gateway-error.ts';
import { lenient } from '../../core/lenient.ts';
import type { ModelRequest, Part, Sampling, ToolChoice, Turn } from '../../core/model-request.ts';

const envelopeSchema = z.looseObject({
  model: z.string('must be the name of a model').check(z.minLength(1, 'must be the name of a model')),
  messages: z
    .array(z.looseObject({ role: z.string('must be a string') }, 'must be an object with a role'), 'must be a list')
    .check(z.minLength(1, 'must not be empty')),
  stream: z.nullish(z.boolean('must be true or false')),
  stream_options: lenient(z.looseObject({ include_usage: lenient(z.boolean()) })),
});

/** What the gateway itself reads of a chat completion body; the rest is the upstream's business. */
export type ChatEnvelope = z.infer<typeof envelopeSchema>;

/** Parses a body or throws `bad-request` that names the field at fault. */
export function readChatEnvelope(body: Buffer): ChatEnvelope {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError('bad-request', { message: 'The body is not valid JSON.' });
  }
  return parseOrRefuse(envelopeSchema, json);
}

const partSchema = z.looseObject({ type: z.string(), text: lenient(z.string()) });
const contentSchema = z.nullish(z.union([z.string(), z.array(partSchema)]));
const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'], {
    error: 'must be system, developer, user, assistant or tool',
  }),
  content: contentSchema,
  tool_call_id: lenient(z.string()),
  tool_calls: lenient(
    z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })),
  ),
});
const namedFunction = z.object({ function: z.object({ name: z.string() }) });
const requestSchema = z.object({
  model: z.string(),
  messages: z.array(messageSchema),
  n: z.nullish(z.literal(1, 'must be 1: this model gives one answer')),
  tools: lenient(
    z.array(
      z.object({
        function: z.object({
          name: z.string(),
          description: lenient(z.string()),
          parameters: lenient(z.record(z.string(), z.unknown())),
        }),
      }),
    ),
  ),
  tool_choice: lenient(z.union([z.enum(['auto', 'none', 'required']), namedFunction])),
  temperature: lenient(z.number()),
  top_p: lenient(z.number()),
  max_tokens: lenient(z.number()),
  max_completion_tokens: lenient(z.number()),
  stop: lenient(z.union([z.string(), z.array(z.string())])),
});

/** The request of a body that `readChatEnvelope` accepted, for an upstream of another dialect. Throws `bad-request`. */
export function fromChatRequest(envelope: ChatEnvelope): ModelRequest {
  const body = parseOrRefuse(requestSchema, envelope);
  const toolChoice = body.tool_choice ?? undefined;
  return {
    model: body.model,
    instructions: body.messages.filter(isInstruction).map((message) => textOf(message.content)),
    turns: body.messages.filter((message) => !isInstruction(message)).map((message) => toTurn(message)),
    tools: (body.tools ?? []).map(({ function: tool }) => ({
      name: tool.name,
      description: tool.description ?? '',
      inputSchema: tool.parameters ?? { type: 'object' },
    })),
    ...(toolChoice === undefined ? {} : { toolChoice: toToolChoice(toolChoice) }),
    sampling: toSampling(body),
  };
}

function parseOrRefuse<T extends z.core.$ZodType>(schema: T, value: unknown): z.core.output<T> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue?.path.join('.') ?? '';
  // Without a locale zod says no more than this.
  const fault =
    issue === undefined || issue.message === 'Invalid input' ? 'is not of the expected kind' : issue.message;
  throw new GatewayError('bad-request', {
    message: `${param === '' ? 'The body' : `"${param}"`} ${fault}.`,
    param: param === '' ? undefined : param,
  });
}

function isInstruction(message: { readonly role: string }): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function toTurn({ role, content, tool_calls: calls, tool_call_id: callId }: z.infer<typeof messageSchema>): Turn {
  const text = textOf(content);
  if (role === 'tool' || role === 'function') return { role: 'tool', callId: callId ?? '', output: text };
  const parts: Part[] = text === '' ? [] : [{ type: 'text', text }];
  if (role !== 'assistant') return { role: 'user', parts };
  for (const { id, function: call } of calls ?? []) {
    parts.push({ type: 'tool-call', callId: id, name: call.name, input: call.arguments });
  }
  return { role: 'assistant', parts };
}

function textOf(content: z.infer<typeof contentSchema>): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

function toToolChoice(choice: Exclude<ToolChoice, object> | z.infer<typeof namedFunction>): ToolChoice {
  return typeof choice === 'string' ? choice : { name: choice.function.name };
}

function toSampling(body: z.infer<typeof requestSchema>): Sampling {
  const limit = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const stop = body.stop ?? undefined;
  return {
    ...(typeof body.temperature === 'number' ? { temperature: body.temperature } : {}),
    ...(typeof body.top_p === 'number' ? { topP: body.top_p } : {}),
    ...(limit === undefined ? {} : { maxOutputTokens: limit }),
    ...(stop === undefined ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
  };
}
