import { readAddress } from '../base-url.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import type { ProviderDraft } from './provider-variables.ts';

export function adaptOpenAi(draft: ProviderDraft, read: EnvironmentReader): ProviderDraft {
  const organization = read.text('OPENAI_ORGANIZATION');
  return organization === undefined
    ? draft
    : { ...draft, headers: { ...draft.headers, 'openai-organization': organization } };
}

/**
 * An Azure resource (`https://name.openai.azure.com`: one path for each deployment), its `/openai/v1` base, or the full
 * URL of a deployment or of a Foundry resource, whose query is kept.
 */
export function adaptAzureOpenAi(draft: ProviderDraft, read: EnvironmentReader): ProviderDraft | undefined {
  const url = addressOf(draft, read, 'AZURE_OPENAI_ENDPOINT');
  if (!url) return undefined;
  const version = url.searchParams.get('api-version') ?? read.text('AZURE_OPENAI_API_VERSION') ?? '2024-08-01-preview';
  const path = url.pathname.replace(/\/+$/, '');
  const base = { ...draft, baseUrl: url.origin, keyHeader: 'api-key' } as const;
  if (/\/openai\/v1(?:\/chat\/completions)?$/.test(path)) {
    const { path: _, ...quirks } = draft.quirks ?? {};
    return { ...base, baseUrl: `${url.origin}${path.replace(/\/chat\/completions$/, '')}`, quirks };
  }
  const query = `?api-version=${encodeURIComponent(version)}`;
  const whole = path.endsWith('/chat/completions')
    ? `${path}${query}`
    : `${path}/openai/deployments/{model}/chat/completions${query}`;
  return { ...base, quirks: { ...draft.quirks, path: whole } };
}

/** A Messages endpoint on Azure, or Anthropic's own. */
export function adaptAzureAnthropic(draft: ProviderDraft, read: EnvironmentReader): ProviderDraft | undefined {
  const url = addressOf(draft, read, 'AZURE_ANTHROPIC_ENDPOINT');
  if (!url) return undefined;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/messages$/, '');
  const isDirect = url.hostname === 'api.anthropic.com';
  const base = /\/v\d+$/.test(path) ? path : `${path === '' && !isDirect ? '/anthropic' : path}/v1`;
  const version = read.text('AZURE_ANTHROPIC_VERSION') ?? '2023-06-01';
  return {
    ...draft,
    baseUrl: `${url.origin}${base}`,
    keyHeader: 'x-api-key',
    headers: { ...draft.headers, 'anthropic-version': version },
  };
}

/** A region's endpoint, with a bearer key or signed with AWS credentials. */
export function adaptBedrock(draft: ProviderDraft, read: EnvironmentReader): ProviderDraft | undefined {
  const region = read.text('AWS_BEDROCK_REGION') ?? read.text('AWS_REGION') ?? 'us-east-1';
  const given = draft.endpoint === undefined ? undefined : addressOf(draft, read, 'AWS_BEDROCK_ENDPOINT');
  if (draft.endpoint !== undefined && !given) return undefined;
  const baseUrl = given
    ? `${given.origin}${given.pathname.replace(/\/+$/, '')}`
    : `https://bedrock-runtime.${region}.amazonaws.com`;
  if (draft.keys.length > 0) return { ...draft, baseUrl };
  const accessKeyId = read.text('AWS_ACCESS_KEY_ID');
  const secretAccessKey = read.text('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = read.text('AWS_SESSION_TOKEN');
  const aws = { region, accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  return { ...draft, baseUrl, aws };
}

/** A workspace, and the path of a serving endpoint in it, which names the model. */
export function adaptDatabricks(draft: ProviderDraft, read: EnvironmentReader): ProviderDraft | undefined {
  const url = addressOf(draft, read, 'DATABRICKS_API_BASE');
  if (!url) return undefined;
  const path = read.text('DATABRICKS_ENDPOINT_PATH') ?? url.pathname.replace(/\/+$/, '');
  const [, served] = /\/serving-endpoints\/([^/]+)\/invocations$/.exec(path) ?? [];
  const base = { ...draft, baseUrl: url.origin };
  if (served === undefined)
    return { ...base, quirks: { ...draft.quirks, path: '/serving-endpoints/{model}/invocations' } };
  return {
    ...base,
    quirks: { ...draft.quirks, path: path.replace(`/${served}/`, '/{model}/') },
    ...(draft.isPreferenceExplicit
      ? {}
      : { preferred: { 'chat-fast': served, 'chat-quality': served }, isPreferenceExplicit: true }),
  };
}

function addressOf(draft: ProviderDraft, read: EnvironmentReader, variable: string): URL | undefined {
  const url = readAddress(draft.endpoint ?? '');
  if (!('mistake' in url)) return url;
  read.mistake(variable, url.mistake);
  return undefined;
}
