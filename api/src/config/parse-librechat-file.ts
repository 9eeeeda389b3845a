import { customEndpointSchema, librechatConfigSchema } from '@parley/contracts';
import { readYaml } from '@parley/gateway';
import type { YamlSource } from '@parley/gateway';
import * as z from 'zod/mini';
import type { ActionsConfig, EndpointConfig } from './app-config.ts';
import { describeIssue, fixFor } from './describe-issue.ts';
import { endpointFromConfig } from './endpoints-from-config.ts';
import type { EndpointSurroundings } from './endpoints-from-config.ts';
import { codeFromFile, codeWarnings } from './check-code.ts';
import { checkModelSpecs, promptsFromConfig } from './check-model-specs.ts';
import type { AnswerersConfig, PromptsConfig } from './answerers-config.ts';
import { checkMcp } from './check-mcp.ts';
import { toolsFromConfig, toolWarnings } from './check-tools.ts';
import type { CodeFileConfig } from './code-config.ts';
import { fileStrategyOf, fileStrategyWarnings } from './files-config.ts';
import type { FilesConfig } from './files-config.ts';
import type { McpConfig } from './mcp-config.ts';
import { onePerSubject } from './mistake.ts';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';
import { pickHonoured } from './pick-honoured.ts';
import { sharedLinksFromConfig } from './shared-links.ts';
import type { SharedLinksConfig } from './shared-links.ts';
import { substituteVariables } from './substitute-variables.ts';
import { defaultTemporaryChats } from './temporary-chats.ts';
import type { TemporaryChatsConfig } from './temporary-chats.ts';
import type { ToolsConfig } from './tools-config.ts';

/** What `librechat.yaml` decides. */
export interface LibrechatFile {
  readonly endpoints: readonly EndpointConfig[];
  readonly customWelcome?: string;
  readonly allowedDomains?: readonly string[];
  readonly mcp: Omit<McpConfig, 'environment'>;
  readonly actions: ActionsConfig;
  readonly tools: ToolsConfig;
  readonly code: CodeFileConfig;
  /** Where files are kept, if it says so. */
  readonly fileStrategy: FilesConfig['kind'] | undefined;
  /** Who makes and changes agents. */
  readonly agentBuilder: 'everybody' | 'admins';
  /** Whether people rate answers. */
  readonly feedback: boolean;
  readonly temporaryChats: TemporaryChatsConfig;
  readonly answerers: AnswerersConfig;
  readonly prompts: PromptsConfig;
  readonly sharedLinks: SharedLinksConfig;
  readonly sharedChats: boolean;
  /** Names of the variables it refers to. */
  readonly variableNames: ReadonlySet<string>;
}

interface ParseOptions extends Omit<EndpointSurroundings, 'takenNames'> {
  readonly text: string;
  /** What the places of mistakes call the file. */
  readonly name: string;
  /** For `${NAME}`. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ParseOutcome {
  /** Present when there are no mistakes. */
  readonly file?: LibrechatFile;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/** Reads the operator's file; finds every mistake it can, not just the first. */
export function parseLibrechatFile({ text, name, values, ...surroundings }: ParseOptions): ParseOutcome {
  const source = readYaml(text, name);
  if (source.problems.length > 0) {
    const fix = 'look at this line and the one before it: indentation, quotes, colons';
    return { mistakes: source.problems.map((found) => ({ ...found, subject: '', fix })), warnings: [] };
  }
  const honoured = pickHonoured(source);
  const filled = substituteVariables(honoured.value, values);
  const parsed = librechatConfigSchema.safeParse(filled.value, { error: describeIssue });
  const checked = checkEndpoints(filled.value, source, surroundings);
  const mcp = checkMcp(filled.value, source);

  const mistakes = onePerSubject([
    ...filled.missing.map((missing) => ({
      ...locate(source, missing.path),
      message: `needs the variable ${missing.name}, which is not set`,
      fix: `add ${missing.name}=… to .env`,
    })),
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({
      ...locate(source, path),
      message,
      fix: fixFor(path),
    })),
    ...checked.mistakes,
    ...mcp.mistakes,
  ]);
  const warnings = [...honoured.warnings, ...checked.warnings, ...mcp.warnings];
  if (!parsed.success || mistakes.length > 0) return { mistakes, warnings };

  const specs = checkModelSpecs(parsed.data, checked.endpoints, source);
  if (specs.mistakes.length > 0) return { mistakes: specs.mistakes, warnings: [...warnings, ...specs.warnings] };
  const tools = toolsFromConfig(parsed.data);
  const { customWelcome, temporaryChat, temporaryChatRetention } = parsed.data.interface ?? {};
  const { allowedDomains } = parsed.data.registration ?? {};
  const file: LibrechatFile = {
    endpoints: checked.endpoints,
    mcp: mcp.config,
    actions: parsed.data.actions ?? {},
    tools,
    code: codeFromFile(parsed.data),
    fileStrategy: fileStrategyOf(parsed.data),
    feedback: parsed.data.interface?.feedback !== false,
    temporaryChats: {
      allowed: temporaryChat ?? defaultTemporaryChats.allowed,
      hours: temporaryChatRetention ?? defaultTemporaryChats.hours,
    },
    agentBuilder: parsed.data.endpoints.agents?.disableBuilder === true ? 'admins' : 'everybody',
    answerers: specs.answerers,
    prompts: promptsFromConfig(parsed.data),
    sharedLinks: sharedLinksFromConfig(parsed.data),
    sharedChats: parsed.data.interface?.sharedChats ?? true,
    variableNames: filled.names,
    ...(customWelcome === undefined ? {} : { customWelcome }),
    ...(allowedDomains === undefined ? {} : { allowedDomains: allowedDomains.map((domain) => domain.toLowerCase()) }),
  };
  return {
    file,
    mistakes,
    warnings: [
      ...warnings,
      ...specs.warnings,
      ...toolWarnings(tools, source),
      ...codeWarnings(parsed.data, source),
      ...fileStrategyWarnings(parsed.data, source),
    ],
  };
}

const entriesSchema = z.object({ endpoints: z.object({ custom: z.array(z.unknown()) }) });

/** Checks each entry that has the right shape, whatever is wrong with the others. */
function checkEndpoints(
  value: unknown,
  source: YamlSource,
  surroundings: Omit<EndpointSurroundings, 'takenNames'>,
): { endpoints: EndpointConfig[]; mistakes: Mistake[]; warnings: Mistake[] } {
  const endpoints: EndpointConfig[] = [];
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  const takenNames = new Set<string>();
  const entries = entriesSchema.safeParse(value).data?.endpoints.custom ?? [];

  for (const [index, entry] of entries.entries()) {
    const parsed = customEndpointSchema.safeParse(entry);
    if (!parsed.success) continue;
    const outcome = endpointFromConfig(parsed.data, { ...surroundings, takenNames });
    const place = ({ path, ...finding }: (typeof outcome.mistakes)[number]): Mistake => ({
      ...locate(source, ['endpoints', 'custom', index, ...path]),
      ...finding,
    });
    takenNames.add(parsed.data.name);
    mistakes.push(...outcome.mistakes.map(place));
    warnings.push(...outcome.warnings.map(place));
    if (outcome.endpoint !== undefined) endpoints.push(outcome.endpoint);
  }
  if (endpoints.length === 0 && warnings.length > 0 && mistakes.length === 0) {
    const path = ['endpoints', 'custom'];
    mistakes.push({ ...locate(source, path), message: 'leaves no endpoint that can be used', fix: fixFor(path) });
  }
  return { endpoints, mistakes, warnings };
}

function locate(source: YamlSource, path: readonly PropertyKey[]): Pick<Mistake, 'place' | 'subject'> {
  return { place: source.placeOf(path), subject: pathText(path) };
}
