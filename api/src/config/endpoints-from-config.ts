import { agentsEndpoint } from '@parley/contracts';
import type { CustomEndpoint } from '@parley/contracts';
import type { EndpointConfig } from './app-config.ts';
import type { Mistake } from './mistake.ts';

/** Where a finding belongs in the endpoint, and what it is. */
type Finding = Omit<Mistake, 'place' | 'subject'> & { readonly path: readonly (string | number)[] };

export interface EndpointOutcome {
  /** Absent when the endpoint is left out. */
  readonly endpoint?: EndpointConfig;
  readonly mistakes: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export interface EndpointSurroundings {
  readonly inDocker: boolean;
  /** Port of the embedded gateway, which runs beside us also in a container; absent when it is off. */
  readonly gatewayPort?: number;
  /** Names of the endpoints before this one. */
  readonly takenNames: ReadonlySet<string>;
}

/** Turns one entry of `endpoints.custom`, its variables filled in, into an endpoint. */
export function endpointFromConfig(entry: CustomEndpoint, surroundings: EndpointSurroundings): EndpointOutcome {
  if (surroundings.takenNames.has(entry.name)) {
    const message = `is used by an endpoint above: ${entry.name}`;
    return { mistakes: [{ path: ['name'], message, fix: 'choose another name' }], warnings: [] };
  }
  if (entry.name === agentsEndpoint) {
    const message = `is the name under which agents answer: ${entry.name}`;
    return { mistakes: [{ path: ['name'], message, fix: 'choose another name' }], warnings: [] };
  }
  const reason = reasonToLeaveOut(entry);
  if (reason !== undefined) return { mistakes: [], warnings: [reason] };

  const url = new URL(entry.baseURL);
  const warnings = [...addressWarnings(url, surroundings), ...headerWarnings(entry.headers ?? {})];
  return { endpoint: toEndpoint(entry, url), mistakes: [], warnings };
}

function reasonToLeaveOut({ tenantId, apiKey, baseURL }: CustomEndpoint): Finding | undefined {
  if (tenantId !== undefined) {
    const message = 'names a tenant; there are none here, so this endpoint is left out';
    return { path: ['tenantId'], message, fix: 'remove tenantId to offer it to everybody' };
  }
  if (apiKey === 'user_provided' || baseURL === 'user_provided') {
    const message = 'user_provided has no effect yet, so this endpoint is left out';
    return apiKey === 'user_provided'
      ? { path: ['apiKey'], message, fix: 'apiKey: "${MY_API_KEY}"' }
      : { path: ['baseURL'], message, fix: 'baseURL: "https://api.example.com/v1"' };
  }
  return undefined;
}

function toEndpoint(entry: CustomEndpoint, url: URL): EndpointConfig {
  const { name, apiKey, models, modelDisplayLabel, headers, titleConvo, titleModel } = entry;
  return {
    name,
    label: modelDisplayLabel ?? name,
    type: 'custom',
    baseUrl: url.href.replace(/\/+$/, ''),
    apiKey,
    models: {
      default: [...new Set(models.default.map((model) => (typeof model === 'string' ? model : model.name)))],
      descriptions: describedModels(models.default),
      fetch: models.fetch ?? false,
    },
    headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([, value]) => !hasPlaceholder(value))),
    titleConvo: titleConvo ?? false,
    ...(titleModel === undefined || titleModel === 'current_model' ? {} : { titleModel }),
  };
}

function addressWarnings(url: URL, { inDocker, gatewayPort }: EndpointSurroundings): Finding[] {
  const warnings: Finding[] = [];
  const path = ['baseURL'];
  if (!/\/v\d/.test(url.pathname)) {
    const fixed = `${url.href.replace(/\/+$/, '')}/v1`;
    warnings.push({
      path,
      message: 'has no version such as /v1, which most services need',
      fix: `baseURL: "${fixed}"`,
    });
  }
  const isOurGateway = gatewayPort !== undefined && url.port === String(gatewayPort);
  if (inDocker && !isOurGateway && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) {
    const fixed = url.href.replace(url.hostname, 'host.docker.internal').replace(/\/+$/, '');
    const message = `points at ${url.hostname}, which inside Docker is the container itself`;
    warnings.push({ path, message, fix: `baseURL: "${fixed}" or the name of the other service` });
  }
  return warnings;
}

function headerWarnings(headers: Readonly<Record<string, string>>): Finding[] {
  return Object.entries(headers)
    .filter(([, value]) => hasPlaceholder(value))
    .map(([name]) => ({
      path: ['headers', name],
      message: 'holds a placeholder, which has no effect yet, so this header is not sent',
      fix: 'write a fixed value or ${A_VARIABLE}',
    }));
}

/** LibreChat fills in `{{LIBRECHAT_USER_EMAIL}}` and the like. */
function hasPlaceholder(value: string): boolean {
  return value.includes('{{');
}

function describedModels(models: CustomEndpoint['models']['default']): Record<string, string> {
  const described: Record<string, string> = {};
  for (const model of models) {
    if (typeof model !== 'string' && model.description !== undefined) described[model.name] = model.description;
  }
  return described;
}
