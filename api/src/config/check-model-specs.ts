import { agentIdSchema, agentsEndpoint, toolRefSchema } from '@parley/contracts';
import type {
  LibrechatConfig,
  ModelParameters,
  ModelSpecConfig,
  ModelSpecPresetConfig,
  TurnSettings,
} from '@parley/contracts';
import type { YamlSource } from '@parley/gateway';
import type { AnswerersConfig, ModelSpecEntry, PromptsConfig } from './answerers-config.ts';
import type { EndpointConfig } from './app-config.ts';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';

interface CheckedSpecs {
  readonly answerers: AnswerersConfig;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

type Finding = Omit<Mistake, 'place' | 'subject'> & { readonly path: readonly (string | number)[] };

/** Longest text that a model is told beside the prompt. */
const longestInstructions = 32_000;

/** What a file that has the right shape decides about model specs. Entries that cannot answer here are left out. */
export function checkModelSpecs(
  file: LibrechatConfig,
  endpoints: readonly EndpointConfig[],
  source: YamlSource,
): CheckedSpecs {
  const { list = [], enforce = false } = file.modelSpecs ?? {};
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  const entries: { readonly entry: ModelSpecEntry; readonly order: number }[] = [];
  const taken = new Set<string>();

  for (const [index, config] of list.entries()) {
    const place = ({ path, ...finding }: Finding): Mistake => {
      const whole = ['modelSpecs', 'list', index, ...path];
      return { place: source.placeOf(whole), subject: pathText(whole), ...finding };
    };
    if (taken.has(config.name)) {
      const message = `is used by a model spec above: ${config.name}`;
      mistakes.push(place({ path: ['name'], message, fix: 'choose another name' }));
      continue;
    }
    taken.add(config.name);
    const answerer = answererOf(config.preset, endpoints);
    if ('path' in answerer) {
      warnings.push(place(answerer));
      continue;
    }
    warnings.push(...unusualTools(config).map(place));
    const instructions = instructionsOf(config.preset);
    if ((instructions?.length ?? 0) > longestInstructions) {
      const message = `tells the model more than ${longestInstructions.toLocaleString('en')} characters`;
      mistakes.push(place({ path: ['preset'], message, fix: 'shorten promptPrefix' }));
    }
    entries.push({ entry: entryOf(config, answerer, instructions), order: config.order ?? index });
  }
  if (list.length > 0 && entries.length === 0 && mistakes.length === 0) {
    const path = ['modelSpecs', 'list'];
    const message = enforce ? 'leaves no model spec that can answer, so nobody can chat' : 'leaves no model spec';
    const fix = 'name endpoints of endpoints.custom';
    warnings.push({ place: source.placeOf(path), subject: pathText(path), message, fix });
  }
  const specs = entries.toSorted((one, other) => one.order - other.order).map(({ entry }) => entry);
  return { answerers: answerersOf(file, specs, list.length > 0), mistakes, warnings };
}

/** What a file decides about the prompt library. */
export function promptsFromConfig({ interface: ui }: LibrechatConfig): PromptsConfig {
  const { prompts = true } = ui ?? {};
  const given = typeof prompts === 'boolean' ? { use: prompts } : prompts;
  const use = given.use ?? true;
  return { use, create: use && (given.create ?? true), share: given.share ?? true, public: given.public ?? true };
}

/** Like LibreChat: a list of model specs takes the place of models, parameters and presets, unless told otherwise. */
function answerersOf(file: LibrechatConfig, specs: readonly ModelSpecEntry[], hasSpecs: boolean): AnswerersConfig {
  const { interface: ui, modelSpecs } = file;
  const { enforce = false, prioritize = true, addedEndpoints = [] } = modelSpecs ?? {};
  const prompts = promptsFromConfig(file);
  const isOpen = !hasSpecs || !prioritize || addedEndpoints.length > 0;
  const listsModels = (ui?.modelSelect ?? isOpen) && !(hasSpecs && enforce);
  const listed = !listsModels ? [] : addedEndpoints.length > 0 ? addedEndpoints : undefined;
  return {
    specs,
    enforce: hasSpecs && enforce,
    ...(listed === undefined ? {} : { listed }),
    without: [
      ...((ui?.parameters ?? !hasSpecs) && !(hasSpecs && enforce) ? [] : ['parameters' as const]),
      ...((ui?.presets ?? !hasSpecs) && !(hasSpecs && enforce) ? [] : ['presets' as const]),
      ...(prompts.use ? [] : ['prompts' as const]),
      ...(prompts.create ? [] : ['new-prompts' as const]),
      ...(ui?.autoSubmitFromUrl === false ? ['auto-submit' as const] : []),
    ],
  };
}

interface Answerer {
  readonly endpoint: string;
  readonly model: string;
}

function answererOf(preset: ModelSpecPresetConfig, endpoints: readonly EndpointConfig[]): Answerer | Finding {
  if (preset.endpoint === agentsEndpoint) {
    const agent = agentIdSchema.safeParse(preset.agent_id);
    if (agent.success) return { endpoint: agentsEndpoint, model: agent.data };
    const message = 'is not the id of an agent of this install, so this model spec is left out';
    return { path: ['preset', 'agent_id'], message, fix: 'take the id from the address of the agent’s page' };
  }
  const endpoint = endpoints.find(({ name }) => name === preset.endpoint);
  if (endpoint === undefined) {
    const message = `is no endpoint of endpoints.custom: ${preset.endpoint}; this model spec is left out`;
    const fix = `endpoint: "${endpoints[0]?.name ?? ''}"`;
    return { path: ['preset', 'endpoint'], message, fix };
  }
  return { endpoint: endpoint.name, model: preset.model ?? endpoint.models.default[0] ?? '' };
}

function entryOf(config: ModelSpecConfig, answerer: Answerer, instructions: string | undefined): ModelSpecEntry {
  const { name, label, description, group, conversation_starters: starters = [], hideBadgeRow, preset } = config;
  const parameters = parametersOf(preset);
  const settings: TurnSettings = {
    ...(instructions === undefined ? {} : { instructions }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
  return {
    shown: {
      name,
      label: label || name,
      ...answerer,
      ...(description === undefined ? {} : { description }),
      ...(group === undefined || group === '' ? {} : { group }),
      ...(preset.greeting === undefined ? {} : { greeting: preset.greeting }),
      ...(starters.length === 0 ? {} : { starters }),
      ...(hideBadgeRow === true ? { toolsFixed: true } : {}),
    },
    settings,
    tools: toolsOf(config).filter((ref) => toolRefSchema.safeParse(ref).success),
    begins: config.default === true ? 'always' : config.softDefault === true ? 'first' : 'never',
  };
}

function toolsOf({ executeCode, mcpServers = [], preset }: ModelSpecConfig): string[] {
  const servers = mcpServers.map((server) => `mcp/${server}`);
  const tools = [...(preset.tools ?? []), ...servers, ...(executeCode === true ? ['code/interpreter'] : [])];
  return [...new Set(tools)];
}

function unusualTools(config: ModelSpecConfig): Finding[] {
  const unusual = toolsOf(config).filter((ref) => !toolRefSchema.safeParse(ref).success);
  return unusual.map((ref) => ({
    path: ['preset', 'tools'],
    message: `names what cannot be a tool: ${ref}`,
    fix: 'name tools as in calculator, mcp/<server>/<tool> or code/interpreter',
  }));
}

function instructionsOf(preset: ModelSpecPresetConfig): string | undefined {
  const parts = [
    preset.promptPrefix ?? preset.system ?? preset.instructions,
    preset.additional_instructions,
    preset.append_current_datetime === true ? 'It is {{current_datetime}}.' : undefined,
  ].flatMap((part) => (part === undefined || part === null || part.trim() === '' ? [] : [part.trim()]));
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

function parametersOf(preset: ModelSpecPresetConfig): ModelParameters {
  const topP = preset.top_p ?? preset.topP;
  const maxOutputTokens = preset.max_tokens ?? preset.maxTokens ?? preset.maxOutputTokens;
  const reasoningEffort = effortOf(preset.reasoning_effort ?? preset.effort);
  const { temperature } = preset;
  return {
    ...(isGiven(temperature) ? { temperature } : {}),
    ...(isGiven(topP) ? { topP } : {}),
    ...(isGiven(maxOutputTokens) ? { maxOutputTokens } : {}),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function effortOf(effort: ModelSpecPresetConfig['effort']): ModelParameters['reasoningEffort'] {
  if (effort === undefined || effort === null || effort === '') return undefined;
  // The most there is here.
  return effort === 'xhigh' || effort === 'max' ? 'high' : effort;
}
