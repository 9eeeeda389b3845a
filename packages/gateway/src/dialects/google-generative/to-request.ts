import { thinkingBudget, thinkingEffort } from '../../catalog/thinking.ts';
import type { ModelRequest, OutputShape, ReasoningWish, ToolChoice, ToolSpec } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { toContents } from './to-contents.ts';

/** Google's own fields that a client may have sent under their own names, by where they stand. */
const ownFields = new Set(['safetySettings', 'cachedContent', 'labels']);
const ownSettings = new Set(['mediaResolution', 'responseModalities', 'speechConfig', 'imageConfig']);
const ownTools = new Set(['googleSearch', 'urlContext', 'codeExecution', 'googleMaps', 'fileSearch']);

/** Gemini 3 and later have levels of thinking and check the signatures of their calls. */
const hasLevels = /gemini-(?:[3-9]|\d\d|(?:pro|flash|flash-lite)-latest)/;

/**
 * The body of a `generateContent` call (https://ai.google.dev/api/generate-content) for `writeJson`; what is absent in
 * the request stays absent. `dropped` are the client's wishes this dialect has no place for.
 */
export function toGoogleRequest(
  request: ModelRequest,
  { model }: Target,
): { readonly body: object; readonly dropped: string[] } {
  const dropped = new Set<string>();
  const isLevelled = hasLevels.test(model);
  const extras = sortExtras(request.extras ?? {}, dropped);
  if (request.parallelTools === false && request.tools.length > 0) dropped.add('parallel_tool_calls');
  if (request.tools.some(({ isStrict }) => isStrict === true)) dropped.add('strict');
  const body = {
    contents: toContents(request.turns, { needsSignatures: isLevelled, dropped }),
    systemInstruction:
      request.instructions.length === 0 ? undefined : { parts: request.instructions.map((text) => ({ text })) },
    ...toTools(request.tools, request.toolChoice, extras.tools),
    generationConfig: toGenerationConfig(request, isLevelled, extras.settings),
    ...extras.fields,
  };
  return { body, dropped: [...dropped] };
}

interface Extras {
  readonly fields: Record<string, unknown>;
  readonly settings: Record<string, unknown>;
  readonly tools: object[];
}

function sortExtras(given: Readonly<Record<string, unknown>>, dropped: Set<string>): Extras {
  const extras: Extras = { fields: {}, settings: {}, tools: [] };
  for (const [name, value] of Object.entries(given)) {
    const setting = name.replace(/^generationConfig\./, '');
    const tool = name.replace(/^tools\./, '');
    if (ownFields.has(name)) extras.fields[name] = value;
    else if (setting !== name && ownSettings.has(setting)) extras.settings[setting] = value;
    else if (tool !== name && ownTools.has(tool)) extras.tools.push({ [tool]: value });
    else dropped.add(name);
  }
  return extras;
}

function toTools(tools: readonly ToolSpec[], choice: ToolChoice | undefined, others: readonly object[]): object {
  if (tools.length === 0) return others.length === 0 ? {} : { tools: others };
  // A subset can only be named together with a must; where the model may also answer, the others are not shown.
  const isSubset = typeof choice === 'object' && 'allowed' in choice && choice.mode === 'auto';
  const shown = isSubset ? tools.filter(({ name }) => choice.allowed.includes(name)) : tools;
  if (shown.length === 0) return others.length === 0 ? {} : { tools: others };
  const functionDeclarations = shown.map(({ name, description, inputSchema }) => ({
    name,
    description: description || undefined,
    parametersJsonSchema: inputSchema,
  }));
  return {
    tools: [{ functionDeclarations }, ...others],
    toolConfig: choice === undefined ? undefined : { functionCallingConfig: toCallingConfig(choice) },
  };
}

function toCallingConfig(choice: ToolChoice): object {
  if (choice === 'auto') return { mode: 'AUTO' };
  if (choice === 'none') return { mode: 'NONE' };
  if (choice === 'required') return { mode: 'ANY' };
  if ('name' in choice) return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  return choice.mode === 'auto' ? { mode: 'AUTO' } : { mode: 'ANY', allowedFunctionNames: choice.allowed };
}

function toGenerationConfig(
  { sampling, output, reasoning }: ModelRequest,
  isLevelled: boolean,
  others: object,
): object | undefined {
  const config = {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    maxOutputTokens: sampling.maxOutputTokens,
    stopSequences: sampling.stop,
    seed: sampling.seed,
    presencePenalty: sampling.presencePenalty,
    frequencyPenalty: sampling.frequencyPenalty,
    ...toShape(output),
    thinkingConfig: reasoning === undefined ? undefined : toThinking(reasoning, isLevelled),
    ...others,
  };
  return Object.values(config).some((value) => value !== undefined) ? config : undefined;
}

function toShape(output: OutputShape | undefined): object {
  if (output === undefined) return {};
  const schema = output.type === 'schema' ? { responseJsonSchema: output.schema } : {};
  return { responseMimeType: 'application/json', ...schema };
}

const levels = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
} as const;

function toThinking(wish: ReasoningWish, isLevelled: boolean): object {
  const effort = thinkingEffort(wish);
  const isLevel = isLevelled && wish.budgetTokens === undefined && effort !== undefined;
  return {
    includeThoughts: effort !== 'none',
    ...(isLevel ? { thinkingLevel: levels[effort] } : { thinkingBudget: thinkingBudget(wish) }),
  };
}
