import { isGatewayVariable, nearestName } from '@parley/gateway';
import { variableNames } from './env.ts';
import type { Environment } from './environment.ts';
import { laterVariables } from './librechat-variables.ts';
import type { Mistake } from './mistake.ts';

/**
 * Names of the variables that the embedded gateway reads, besides its address, and that `.env.example` explains;
 * `isGatewayVariable` knows the others.
 */
export const gatewayVariables: readonly string[] = [
  'OPENAI_API_KEY',
  'OPENAI_REVERSE_PROXY',
  'OPENAI_BASE_URL',
  'OPENAI_MODEL',
  'ANTHROPIC_API_KEY',
  'GOOGLE_API_KEY',
  'OPENROUTER_API_KEY',
  'OLLAMA_ENDPOINT',
  'OLLAMA_MODEL',
  'MODEL_PROVIDER',
  'FALLBACK_PROVIDER',
  'CHAT_FAST_MODEL',
  'CHAT_QUALITY_MODEL',
  'GATEWAY_API_KEY',
  'GATEWAY_API_KEYS',
  'GATEWAY_ALLOWED_HOSTS',
  'GATEWAY_ADMIN_TOKEN_SHA256',
  'GATEWAY_RECORDINGS',
  'GATEWAY_RECORDING_GRACE_MS',
  'GATEWAY_RECORDING_LIFE_MS',
  'GUIDE_TOKEN_DELAY_MS',
];

/** Variables that Node.js and the shell read. */
const foreignVariables: readonly string[] = [
  'NODE_*',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'TZ',
  'LANG',
  'PATH',
];

/** One warning for each variable of the `.env` file that nothing reads. Variables of the process are not looked at. */
export function findUnusedVariables(environment: Environment, usedInYaml: ReadonlySet<string>): Mistake[] {
  const read = [...variableNames, ...gatewayVariables, ...foreignVariables];
  return environment.fileNames
    .filter((name) => !usedInYaml.has(name) && !isListed(name, read) && !isGatewayVariable(name))
    .map((name) => ({ place: environment.placeOf(name), subject: name, ...describe(name) }));
}

function describe(name: string): Pick<Mistake, 'message' | 'fix'> {
  if (isListed(name, laterVariables)) return { message: 'has no effect yet', fix: 'nothing to do, it may stay' };
  const meant = nearestName(name, [...variableNames, ...gatewayVariables]);
  return {
    message: 'is read by nothing',
    fix: meant === undefined ? `remove it, or use it in librechat.yaml as \${${name}}` : `did you mean ${meant}?`,
  };
}

function isListed(name: string, list: readonly string[]): boolean {
  return list.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry));
}
