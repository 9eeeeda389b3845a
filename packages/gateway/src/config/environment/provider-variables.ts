import type { Provider } from '../../core/gateway-config.ts';
import type { Dialect } from '../../core/model-request.ts';
import { adaptAzureAnthropic, adaptAzureOpenAi, adaptBedrock, adaptDatabricks, adaptOpenAi } from './adapt-provider.ts';
import type { EnvironmentReader } from './environment-reader.ts';

/** A provider as read so far, with what only its own variables say. */
export interface ProviderDraft extends Provider {
  /** As it was written, for those whose address says more than a base URL. */
  readonly endpoint?: string;
}

/** Which variables describe a provider. The first of several names that is set counts. */
export interface ProviderVariables {
  /** Also the name of its row in the catalog. */
  readonly name: string;
  /** What else it is called in MODEL_PROVIDER, TIER_* and FALLBACK_PROVIDER. */
  readonly aliases?: readonly string[];
  readonly keys: readonly string[];
  readonly endpoints: readonly string[];
  readonly models: readonly string[];
  /** What must be set for it to be used. A provider of this machine is also used when it is named. */
  readonly needs: 'key' | 'endpoint' | 'key-or-endpoint' | 'key-and-endpoint';
  /** The endpoint is not a base URL: `adapt` reads it. */
  readonly readsEndpointItself?: boolean;
  /** The model Lynkr takes where nobody named one. */
  readonly usualModel?: string;
  readonly timeout?: string;
  readonly maxConcurrent?: string;
  readonly embeddings?: { readonly model: string; readonly endpoint?: string; readonly usualModel?: string };
  /** Read by `adapt`. */
  readonly further?: readonly string[];
  readonly adapt?: (draft: ProviderDraft, read: EnvironmentReader) => ProviderDraft | undefined;
  /** Speaks by the suffix of its address. */
  readonly dialects?: readonly Dialect[];
}

const compatible = (name: string, prefix: string, more: Partial<ProviderVariables> = {}): ProviderVariables => ({
  name,
  keys: [`${prefix}_API_KEY`],
  endpoints: [`${prefix}_ENDPOINT`, `${prefix}_BASE_URL`],
  models: [`${prefix}_MODEL`],
  needs: 'key',
  ...more,
});

const openAiDialects: readonly Dialect[] = ['openai-chat', 'openai-responses'];
const manyDialects: readonly Dialect[] = [...openAiDialects, 'anthropic-messages'];

/** In order of preference: where nothing else is said, the first that is configured serves. */
export const providerVariables: readonly ProviderVariables[] = [
  {
    name: 'openai',
    keys: ['OPENAI_API_KEY'],
    endpoints: ['OPENAI_REVERSE_PROXY', 'OPENAI_BASE_URL', 'OPENAI_ENDPOINT'],
    models: ['OPENAI_MODEL'],
    needs: 'key-or-endpoint',
    embeddings: { model: 'OPENAI_EMBEDDINGS_MODEL', usualModel: 'text-embedding-3-small' },
    further: ['OPENAI_ORGANIZATION'],
    adapt: adaptOpenAi,
    dialects: openAiDialects,
  },
  compatible('anthropic', 'ANTHROPIC'),
  {
    name: 'azure-openai',
    aliases: ['azure', 'azureopenai'],
    keys: ['AZURE_OPENAI_API_KEY'],
    endpoints: ['AZURE_OPENAI_ENDPOINT'],
    models: ['AZURE_OPENAI_DEPLOYMENT'],
    needs: 'key-and-endpoint',
    readsEndpointItself: true,
    usualModel: 'gpt-4o',
    further: ['AZURE_OPENAI_API_VERSION'],
    adapt: adaptAzureOpenAi,
  },
  {
    name: 'azure-anthropic',
    keys: ['AZURE_ANTHROPIC_API_KEY'],
    endpoints: ['AZURE_ANTHROPIC_ENDPOINT'],
    models: ['AZURE_ANTHROPIC_MODEL'],
    needs: 'key-and-endpoint',
    readsEndpointItself: true,
    further: ['AZURE_ANTHROPIC_VERSION'],
    adapt: adaptAzureAnthropic,
  },
  {
    name: 'google',
    aliases: ['vertex', 'gemini'],
    keys: ['GOOGLE_API_KEY', 'VERTEX_API_KEY', 'GEMINI_API_KEY'],
    endpoints: ['VERTEX_ENDPOINT', 'GOOGLE_ENDPOINT'],
    models: ['VERTEX_MODEL', 'GOOGLE_MODEL'],
    needs: 'key',
    usualModel: 'gemini-2.0-flash',
  },
  {
    name: 'bedrock',
    keys: ['AWS_BEDROCK_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK'],
    endpoints: ['AWS_BEDROCK_ENDPOINT'],
    models: ['AWS_BEDROCK_MODEL_ID'],
    needs: 'key',
    readsEndpointItself: true,
    further: ['AWS_BEDROCK_REGION', 'AWS_REGION'],
    adapt: adaptBedrock,
  },
  compatible('openrouter', 'OPENROUTER', {
    usualModel: 'openai/gpt-4o-mini',
    embeddings: { model: 'OPENROUTER_EMBEDDINGS_MODEL' },
  }),
  compatible('groq', 'GROQ'),
  compatible('mistral', 'MISTRAL'),
  compatible('deepseek', 'DEEPSEEK'),
  compatible('xai', 'XAI'),
  compatible('moonshot', 'MOONSHOT', { usualModel: 'kimi-k2-thinking' }),
  compatible('together', 'TOGETHER', { keys: ['TOGETHER_API_KEY', 'TOGETHERAI_API_KEY'] }),
  compatible('fireworks', 'FIREWORKS'),
  compatible('cerebras', 'CEREBRAS'),
  {
    name: 'databricks',
    keys: ['DATABRICKS_API_KEY', 'DATABRICKS_TOKEN'],
    endpoints: ['DATABRICKS_API_BASE', 'DATABRICKS_HOST'],
    models: ['DATABRICKS_MODEL'],
    needs: 'key-and-endpoint',
    readsEndpointItself: true,
    usualModel: 'databricks-claude-sonnet-4-5',
    further: ['DATABRICKS_ENDPOINT_PATH'],
    adapt: adaptDatabricks,
  },
  compatible('zai', 'ZAI', {
    aliases: ['z-ai', 'z.ai'],
    usualModel: 'GLM-4.7',
    maxConcurrent: 'ZAI_MAX_CONCURRENT',
    dialects: manyDialects,
  }),
  compatible('baidu', 'BAIDU', { dialects: manyDialects }),
  compatible('atlascloud', 'ATLASCLOUD', { aliases: ['atlas'], dialects: manyDialects }),
  compatible('edenai', 'EDENAI', { dialects: manyDialects }),
  compatible('vllm', 'VLLM', { needs: 'endpoint' }),
  compatible('llamacpp', 'LLAMACPP', {
    needs: 'endpoint',
    timeout: 'LLAMACPP_TIMEOUT_MS',
    usualModel: 'default',
    embeddings: { model: 'LLAMACPP_EMBEDDINGS_MODEL', endpoint: 'LLAMACPP_EMBEDDINGS_ENDPOINT', usualModel: 'default' },
  }),
  compatible('lmstudio', 'LMSTUDIO', { needs: 'endpoint', timeout: 'LMSTUDIO_TIMEOUT_MS', usualModel: 'default' }),
  {
    name: 'ollama',
    keys: ['OLLAMA_API_KEY'],
    endpoints: ['OLLAMA_ENDPOINT', 'OLLAMA_API_BASE'],
    models: ['OLLAMA_MODEL'],
    needs: 'endpoint',
    timeout: 'OLLAMA_TIMEOUT_MS',
    embeddings: {
      model: 'OLLAMA_EMBEDDINGS_MODEL',
      endpoint: 'OLLAMA_EMBEDDINGS_ENDPOINT',
      usualModel: 'nomic-embed-text',
    },
  },
];

/** Every name that describes a provider. */
export const providerVariableNames: readonly string[] = providerVariables.flatMap((row) => [
  ...row.keys,
  ...row.endpoints,
  ...row.models,
  ...(row.further ?? []),
  ...[row.timeout, row.maxConcurrent, row.embeddings?.model, row.embeddings?.endpoint].filter(
    (name) => name !== undefined,
  ),
]);

/** The provider a word stands for, by its name or another one it goes by. */
export function providerByWord(word: string): ProviderVariables | undefined {
  const name = word.trim().toLowerCase();
  return providerVariables.find((row) => row.name === name || row.aliases?.includes(name));
}
