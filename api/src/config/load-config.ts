import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AppConfig } from './app-config.ts';
import { appFramesOf, checkAppFrames } from './app-frames-config.ts';
import { checkGatewayPort, checkGatewayVariables, findGatewayWarnings } from './check-gateway.ts';
import { checkCode, codeOf } from './code-config.ts';
import { ConfigError } from './config-error.ts';
import { checkFiles, filesFromConfig } from './files-config.ts';
import { deepFreeze } from './deep-freeze.ts';
import { parseVariables } from './env.ts';
import type { Variables } from './env.ts';
import type { Environment } from './environment.ts';
import { onePerSubject } from './mistake.ts';
import type { Mistake } from './mistake.ts';
import { parseLibrechatFile } from './parse-librechat-file.ts';
import type { LibrechatFile, ParseOutcome } from './parse-librechat-file.ts';
import { loadStoredSecrets } from './secrets.ts';
import { findUnusedVariables } from './unused-variables.ts';

const defaultConfigPath = 'librechat.yaml';
/** Milliseconds. */
const minute = 60_000;

export interface LoadedConfig {
  readonly config: AppConfig;
  /** What the operator should know about, but what does not stop the start. */
  readonly warnings: readonly Mistake[];
}

interface LoadOptions {
  readonly installRoot: string;
  readonly version: string;
  readonly environment: Environment;
  /** Whether this process runs in a container. */
  readonly inDocker: boolean;
}

/**
 * Reads variables, `librechat.yaml` and, on a single-node install, the stored keys. Throws a `ConfigError` that lists
 * every mistake of both files.
 */
export function loadConfig({ installRoot, version, environment, inDocker }: LoadOptions): LoadedConfig {
  const { variables, mistakes: variableMistakes } = parseVariables(environment);
  const gateway = variables?.GATEWAY_ENABLED === false ? undefined : checkGatewayVariables(environment);
  const portMistakes = gateway === undefined || variables === undefined ? [] : checkGatewayPort(environment, variables);
  const gatewayPort = gateway === undefined ? undefined : variables?.GATEWAY_PORT;
  const configPath = variables?.CONFIG_PATH ?? environment.values['CONFIG_PATH'] ?? defaultConfigPath;
  const { file, ...found } = readLibrechatFile(installRoot, configPath, {
    values: environment.values,
    inDocker,
    ...(gatewayPort === undefined ? {} : { gatewayPort }),
  });

  const mistakes = onePerSubject([
    ...variableMistakes,
    ...(gateway?.mistakes ?? []),
    ...portMistakes,
    ...(variables === undefined ? [] : checkAppFrames(environment, variables)),
    ...(variables === undefined ? [] : checkCode(environment, variables)),
    ...(variables === undefined ? [] : checkFiles(environment, file?.fileStrategy, variables)),
    ...found.mistakes,
  ]);
  if (variables === undefined || file === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  const gatewayWarnings =
    gateway === undefined || gatewayPort === undefined
      ? []
      : findGatewayWarnings(file.endpoints, { port: gatewayPort, apiKeys: gateway.apiKeys });
  const warnings = [
    ...found.warnings,
    ...gatewayWarnings.map((warning) => ({ place: configPath, ...warning })),
    ...findUnusedVariables(environment, file.variableNames),
  ];
  const config = toConfig(variables, file, { installRoot, version, environment, configPath });
  return { config: deepFreeze(config), warnings };
}

function readLibrechatFile(
  installRoot: string,
  configPath: string,
  surroundings: Omit<Parameters<typeof parseLibrechatFile>[0], 'text' | 'name'>,
): ParseOutcome {
  try {
    const text = readFileSync(path.resolve(installRoot, configPath), 'utf8');
    return parseLibrechatFile({ text, name: configPath, ...surroundings });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const message = error.code === 'ENOENT' ? 'is not there' : `cannot be read (${String(error.code)})`;
    const fix = 'bring back the librechat.yaml that came with Parley, or name your own in CONFIG_PATH';
    return { mistakes: [{ place: configPath, subject: 'CONFIG_PATH', message, fix }], warnings: [] };
  }
}

function toConfig(
  variables: Variables,
  file: LibrechatFile,
  {
    installRoot,
    version,
    environment,
    configPath,
  }: Pick<LoadOptions, 'installRoot' | 'version' | 'environment'> & { readonly configPath: string },
): AppConfig {
  const dataDir = path.resolve(installRoot, variables.PARLEY_DATA_DIR);
  return {
    version,
    installRoot,
    dataDir,
    appTitle: variables.APP_TITLE,
    ...(file.customWelcome === undefined ? {} : { customWelcome: file.customWelcome }),
    ...(variables.LOG_LEVEL === undefined ? {} : { logLevel: variables.LOG_LEVEL }),
    http: { host: variables.HOST, port: variables.PORT, trustProxy: variables.TRUST_PROXY },
    publicUrl: variables.DOMAIN_SERVER ?? `http://localhost:${variables.PORT}`,
    ...(variables.MONGO_URI === undefined ? {} : { mongoUri: variables.MONGO_URI }),
    ...(variables.REDIS_URI === undefined ? {} : { redisUri: variables.REDIS_URI }),
    ...meilisearchOf(variables),
    secrets: secretsOf(variables, dataDir),
    auth: {
      accessTokenMs: variables.SESSION_EXPIRY,
      refreshTokenMs: variables.REFRESH_TOKEN_EXPIRY,
      allowRegistration: variables.ALLOW_REGISTRATION,
      ...(file.allowedDomains === undefined ? {} : { allowedDomains: file.allowedDomains }),
      loginLimit: { max: variables.LOGIN_MAX, windowMs: variables.LOGIN_WINDOW * minute },
      registerLimit: { max: variables.REGISTER_MAX, windowMs: variables.REGISTER_WINDOW * minute },
    },
    gateway: {
      enabled: variables.GATEWAY_ENABLED,
      host: variables.GATEWAY_HOST,
      port: variables.GATEWAY_PORT,
      configFile: path.resolve(installRoot, path.dirname(configPath), 'gateway.yaml'),
      environment: { ...environment.values },
    },
    endpoints: file.endpoints,
    actions: file.actions,
    ...appFramesOf(variables),
    mcp: { ...file.mcp, environment: programEnvironment(environment) },
    tools: file.tools,
    files: filesFromConfig(file.fileStrategy, variables),
    code: codeOf(variables, file.code),
    agentBuilder: file.agentBuilder,
    feedback: file.feedback,
    temporaryChats: file.temporaryChats,
    answerers: file.answerers,
    prompts: file.prompts,
    sharedLinks: file.sharedLinks,
    sharedChats: file.sharedChats,
  };
}

function meilisearchOf({ MEILI_HOST: host, ...rest }: Variables): Pick<AppConfig, 'meilisearch'> {
  return host === undefined ? {} : { meilisearch: { host, apiKey: rest.MEILI_MASTER_KEY, index: rest.MEILI_INDEX } };
}

function programEnvironment({ values }: Environment): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'LANG'].flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Given keys win over stored ones; nothing is stored when all of them are given. */
function secretsOf(variables: Variables, dataDir: string): AppConfig['secrets'] {
  const { JWT_SECRET: access, JWT_REFRESH_SECRET: refresh, CREDS_KEY: credentials } = variables;
  if (access !== undefined && refresh !== undefined && credentials !== undefined) {
    return { accessTokenKey: access, refreshTokenKey: refresh, credentialsKey: credentials };
  }
  const stored = loadStoredSecrets(dataDir);
  return {
    accessTokenKey: access ?? stored.accessTokenKey,
    refreshTokenKey: refresh ?? stored.refreshTokenKey,
    credentialsKey: credentials ?? stored.credentialsKey,
  };
}
