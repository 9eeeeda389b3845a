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
import { hostedToolExtras } from '../hosted-tools.ts';
import { isFields } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';
import { parseOrRefuse } from '../parse-or-refuse.ts';
import { refuse } from '../read-body.ts';
import { fromInput, itemSchema } from './from-input.ts';

const number = lenient(z.number());
const schemaObject = z.record(z.string(), z.unknown(), 'must be a JSON Schema object');

const toolSchema = z.looseObject({
  type: z.string('must be a string'),
  name: lenient(z.string()),
  description: lenient(z.string()),
  parameters: z.nullish(schemaObject),
  strict: lenient(z.boolean()),
});
type Tool = z.infer<typeof toolSchema>;

const requestSchema = z.looseObject({
  model: lenient(z.string()),
  input: z.nullish(z.union([z.string(), z.array(z.unknown())])),
  instructions: lenient(z.string()),
  tools: z.nullish(z.array(toolSchema, 'must be a list')),
  tool_choice: lenient(
    z.union([
      z.enum(['auto', 'none', 'required']),
      z.looseObject({
        type: z.string(),
        name: lenient(z.string()),
        mode: lenient(z.enum(['auto', 'required'])),
        tools: lenient(z.array(z.looseObject({ name: lenient(z.string()) }))),
      }),
    ]),
  ),
  parallel_tool_calls: lenient(z.boolean()),
  text: lenient(
    z.looseObject({
      format: lenient(
        z.object({
          type: z.string(),
          name: lenient(z.string()),
          schema: lenient(schemaObject),
          strict: lenient(z.boolean()),
        }),
      ),
      verbosity: lenient(z.string()),
    }),
  ),
  reasoning: lenient(
    z.object({
      effort: lenient(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
      summary: lenient(z.enum(['auto', 'concise', 'detailed'])),
    }),
  ),
  temperature: number,
  top_p: number,
  max_output_tokens: number,
});
type ResponsesRequest = z.infer<typeof requestSchema>;

/** What is read above, and what says how the answer is sent or kept. */
const known = new Set([
  ...Object.keys(requestSchema.def.shape),
  'stream',
  'stream_options',
  'store',
  'include',
  'previous_response_id',
  'session_id',
  'conversation_id',
]);

/**
 * The request of a body that `readResponsesCall` accepted, for an upstream of another dialect. What
 * `previous_response_id` stands for is not in it. Throws `bad-request`.
 */
export function fromResponsesRequest(fields: Fields): ModelRequest {
  const body = parseOrRefuse(requestSchema, fields);
  const isContinued = typeof fields['previous_response_id'] === 'string';
  const { instructions, turns, unknown } = fromInput(itemsOf(body.input), { isContinued });
  const others = (body.tools ?? []).filter((tool) => tool.type !== 'function');
  const verbosity = body.text?.verbosity;
  const extras = {
    ...Object.fromEntries(Object.entries(fields).filter(([name, value]) => !known.has(name) && value !== null)),
    ...hostedToolExtras(others),
    ...Object.fromEntries([...unknown].map((type) => [`input.${type}`, true])),
    ...(verbosity ? { verbosity } : {}),
    ...unmetWishes(body, fields),
  };
  const reasoning = toReasoning(body);
  const output = toOutput(body);
  const toolChoice = toToolChoice(body.tool_choice);
  return {
    model: body.model ?? '',
    instructions: [...(body.instructions ? [body.instructions] : []), ...instructions],
    turns,
    tools: (body.tools ?? []).flatMap((tool, index) => (tool.type === 'function' ? toTool(tool, index) : [])),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(typeof body.parallel_tool_calls === 'boolean' ? { parallelTools: body.parallel_tool_calls } : {}),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    sampling: toSampling(body),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  };
}

/** What shall be in the answer besides the usual, and hosted tools that must be called. */
function unmetWishes({ tool_choice: choice }: ResponsesRequest, { include }: Fields): Record<string, true> {
  const wishes = (Array.isArray(include) ? include : []).filter(
    (wish): wish is string => typeof wish === 'string' && wish !== 'reasoning.encrypted_content',
  );
  const isLost = isFields(choice) && toToolChoice(choice) === undefined;
  return Object.fromEntries([
    ...wishes.map((wish) => [`include.${wish}`, true]),
    ...(isLost ? [['tool_choice', true]] : []),
  ]);
}

function itemsOf(input: ResponsesRequest['input']) {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ role: 'user' as const, content: input }];
  return parseOrRefuse(z.object({ input: z.array(itemSchema) }), { input }).input;
}

function toTool({ name, description, parameters, strict }: Tool, index: number): ToolSpec {
  return {
    name: name || refuse(`tools.${index}.name`, 'must be the name of the function'),
    description: description ?? '',
    inputSchema: parameters ?? { type: 'object', properties: {} },
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
  };
}

function toToolChoice(choice: ResponsesRequest['tool_choice']): ToolChoice | undefined {
  if (!choice) return undefined;
  if (typeof choice === 'string') return choice;
  if (choice.type === 'function' && choice.name) return { name: choice.name };
  if (choice.type !== 'allowed_tools') return undefined;
  return { mode: choice.mode ?? 'auto', allowed: (choice.tools ?? []).flatMap(({ name }) => name ?? []) };
}

function toOutput({ text }: ResponsesRequest): OutputShape | undefined {
  const format = text?.format;
  if (format?.type === 'json_object') return { type: 'json' };
  if (format?.type !== 'json_schema') return undefined;
  const strict = typeof format.strict === 'boolean' ? { isStrict: format.strict } : {};
  return { type: 'schema', name: format.name ?? 'answer', schema: format.schema ?? {}, ...strict };
}

function toReasoning({ reasoning }: ResponsesRequest): ReasoningWish | undefined {
  const effort = reasoning?.effort === 'max' ? 'xhigh' : (reasoning?.effort ?? undefined);
  const summary = reasoning?.summary ?? undefined;
  if (effort === undefined && summary === undefined) return undefined;
  return { ...(effort === undefined ? {} : { effort }), ...(summary === undefined ? {} : { summary }) };
}

function toSampling(body: ResponsesRequest): Sampling {
  return {
    ...(typeof body.temperature === 'number' ? { temperature: body.temperature } : {}),
    ...(typeof body.top_p === 'number' ? { topP: body.top_p } : {}),
    ...(typeof body.max_output_tokens === 'number' ? { maxOutputTokens: body.max_output_tokens } : {}),
  };
}
