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
import type { Fields } from '../json-fields.ts';
import { parseOrRefuse } from '../parse-or-refuse.ts';
import { withCamelCase } from './camel-case.ts';
import { contentSchema, fromContents } from './from-contents.ts';
import { toJsonSchema } from './to-json-schema.ts';

const text = lenient(z.string());
const number = lenient(z.number());
const schema = lenient(z.record(z.string(), z.unknown()));

const declarationSchema = z.object({
  name: z.string('must be the name of the function').check(z.minLength(1, 'must be the name of the function')),
  description: text,
  parameters: schema,
  parametersJsonSchema: schema,
});
const configSchema = z.looseObject({
  temperature: number,
  topP: number,
  topK: number,
  maxOutputTokens: number,
  stopSequences: lenient(z.array(z.string())),
  seed: number,
  presencePenalty: number,
  frequencyPenalty: number,
  candidateCount: z.nullish(z.literal(1, 'must be 1: this model gives one answer')),
  responseMimeType: text,
  responseSchema: schema,
  responseJsonSchema: schema,
  thinkingConfig: lenient(
    z.object({ thinkingBudget: number, thinkingLevel: text, includeThoughts: lenient(z.boolean()) }),
  ),
});
const requestSchema = z.looseObject({
  contents: z.array(contentSchema),
  systemInstruction: z.nullish(z.object({ parts: lenient(z.array(z.object({ text }))) })),
  tools: z.nullish(
    z.array(
      z.looseObject({ functionDeclarations: z.nullish(z.array(declarationSchema, 'must be a list')) }),
      'must be a list',
    ),
  ),
  toolConfig: lenient(
    z.object({
      functionCallingConfig: lenient(z.object({ mode: text, allowedFunctionNames: lenient(z.array(z.string())) })),
    }),
  ),
  generationConfig: lenient(configSchema),
});
type GoogleRequest = z.infer<typeof requestSchema>;

const known = new Set([...Object.keys(requestSchema.def.shape), 'model']);
const knownConfig = new Set(Object.keys(configSchema.def.shape));

/** The request of a body that `readGoogleCall` accepted; `json` is that body's text. Throws `bad-request`. */
export function fromGoogleRequest(fields: Fields, json: string, model: string): ModelRequest {
  const body = parseOrRefuse(requestSchema, withCamelCase(fields));
  const config = body.generationConfig ?? {};
  const toolChoice = toToolChoice(body);
  const output = toOutput(config);
  const reasoning = toReasoning(config);
  const { turns, unknown } = fromContents(body.contents, json);
  const extras = extrasOf(body, unknown);
  return {
    model,
    instructions: (body.systemInstruction?.parts ?? []).flatMap((part) => part.text || []),
    turns,
    tools: (body.tools ?? []).flatMap((tool) => (tool.functionDeclarations ?? []).map((spec) => toTool(spec))),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(output === undefined ? {} : { output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    sampling: toSampling(config),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  };
}

type Config = Partial<z.infer<typeof configSchema>>;

function toTool({ name, description, parameters, parametersJsonSchema }: z.infer<typeof declarationSchema>): ToolSpec {
  const inputSchema = parametersJsonSchema ?? (parameters && toJsonSchema(parameters));
  return { name, description: description ?? '', inputSchema: inputSchema ?? { type: 'object', properties: {} } };
}

function toToolChoice({ toolConfig }: GoogleRequest): ToolChoice | undefined {
  const { mode, allowedFunctionNames: allowed = [] } = toolConfig?.functionCallingConfig ?? {};
  const [first, second] = allowed ?? [];
  switch (mode?.toUpperCase()) {
    case 'NONE':
      return 'none';
    case 'ANY':
      if (first === undefined) return 'required';
      return second === undefined ? { name: first } : { allowed: allowed ?? [], mode: 'required' };
    case 'AUTO':
    case 'VALIDATED':
      return first === undefined ? 'auto' : { allowed: allowed ?? [], mode: 'auto' };
    default:
      return undefined;
  }
}

function toOutput({ responseMimeType, responseJsonSchema, responseSchema }: Config): OutputShape | undefined {
  const wanted = responseJsonSchema ?? (responseSchema && toJsonSchema(responseSchema));
  if (wanted) return { type: 'schema', name: 'answer', schema: wanted };
  return responseMimeType === 'application/json' ? { type: 'json' } : undefined;
}

const efforts: Readonly<Record<string, ReasoningWish['effort']>> = {
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
};

function toReasoning({ thinkingConfig }: Config): ReasoningWish | undefined {
  if (!thinkingConfig) return undefined;
  const { thinkingBudget: budget, thinkingLevel } = thinkingConfig;
  const effort = efforts[thinkingLevel?.toUpperCase() ?? ''];
  if (effort !== undefined) return { effort };
  if (budget === 0) return { effort: 'none' };
  // -1 leaves it to the model.
  return typeof budget === 'number' && budget > 0 ? { budgetTokens: budget } : undefined;
}

function toSampling(config: Config): Sampling {
  const { temperature, topP, topK, maxOutputTokens, seed, presencePenalty, frequencyPenalty, stopSequences } = config;
  const numbers = { temperature, topP, topK, maxOutputTokens, seed, presencePenalty, frequencyPenalty };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => typeof value === 'number'));
  return { ...given, ...(stopSequences && stopSequences.length > 0 ? { stop: stopSequences } : {}) };
}

/** What nothing above reads, by the names of Google's reference; tools that are no functions are the vendor's own. */
function extrasOf(body: GoogleRequest, unknownParts: ReadonlySet<string>): Record<string, unknown> {
  const extras = Object.entries(body).filter(([name]) => !known.has(name));
  for (const [name, value] of Object.entries(body.generationConfig ?? {})) {
    if (!knownConfig.has(name)) extras.push([`generationConfig.${name}`, value]);
  }
  for (const { functionDeclarations: _, ...others } of body.tools ?? []) {
    for (const [name, value] of Object.entries(others)) extras.push([`tools.${name}`, value]);
  }
  for (const kind of unknownParts) extras.push([`contents.parts.${kind}`, true]);
  return Object.fromEntries(extras.filter(([, value]) => value !== null));
}
