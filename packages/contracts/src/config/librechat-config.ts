import * as z from 'zod/mini';
import { agentsEndpointConfigSchema } from './agents-endpoint-config.ts';
import { modelSpecsConfigSchema, promptsInterfaceConfigSchema } from './model-specs-config.ts';
import { mcpInterfaceConfigSchema, mcpServerConfigSchema, mcpSettingsConfigSchema } from './mcp-config.ts';

const text = z.string().check(z.minLength(1, 'must not be empty'));

const httpUrlSchema = z.url({ protocol: /^https?$/ });

/** A model's name, or its name with a line for the model menu. */
const modelItemSchema = z.union([z.string(), z.object({ name: text, description: z.optional(z.string()) })], {
  error: 'must be the name of a model, or an object with name and description',
});

/** One entry of `endpoints.custom`: any service that speaks OpenAI's chat completions. */
export const customEndpointSchema = z.object({
  name: text.check(z.maxLength(100, 'must have at most 100 characters')),
  apiKey: z.string(),
  baseURL: z.string().check(z.refine(isAddress, 'must be an address that begins with http:// or https://')),
  models: z.object({
    default: z.array(modelItemSchema).check(z.minLength(1, 'must name at least one model')),
    fetch: z.optional(z.boolean()),
  }),
  modelDisplayLabel: z.optional(z.string()),
  headers: z.optional(z.record(z.string(), z.string())),
  titleConvo: z.optional(z.boolean()),
  titleModel: z.optional(z.string()),
  /** Meant for one tenant only. There are no tenants here, so such an endpoint is left out. */
  tenantId: z.optional(z.string()),
});
export type CustomEndpoint = z.infer<typeof customEndpointSchema>;

/** Links that may be made: any at all, for people with an account, for everybody who has the link. */
export const sharedLinksConfigSchema = z.object({
  create: z.optional(z.boolean()),
  share: z.optional(z.boolean()),
  public: z.optional(z.boolean()),
});

/** The keys of `librechat.yaml` that have an effect, in LibreChat's own shape. What else a file may hold: `knownKeys`. */
export const librechatConfigSchema = z.object({
  version: z.string(),
  interface: z.optional(
    z.object({
      customWelcome: z.optional(z.string()),
      mcpServers: z.optional(mcpInterfaceConfigSchema),
      /** `false`: nobody runs code. */
      runCode: z.optional(z.boolean()),
      /** `false`: nobody rates answers. */
      feedback: z.optional(z.boolean()),
      /** Links to snapshots of chats; `false`: there are none. */
      sharedLinks: z.optional(z.union([z.boolean(), sharedLinksConfigSchema])),
      /** `false`: nobody takes part in somebody else's chat. */
      sharedChats: z.optional(z.boolean()),
      /** `false`: no chat is temporary. */
      temporaryChat: z.optional(z.boolean()),
      /** Hours until a temporary chat is deleted. */
      temporaryChatRetention: z.optional(
        z.number().check(z.minimum(1, 'must be at least 1 hour'), z.maximum(8_760, 'must be at most 8760 hours')),
      ),
      /** Whether models are listed beside model specs. */
      modelSelect: z.optional(z.boolean()),
      /** Whether people choose instructions, temperature and the like for a chat. */
      parameters: z.optional(z.boolean()),
      presets: z.optional(z.boolean()),
      /** The prompt library; `false` is `use: false`. */
      prompts: z.optional(z.union([z.boolean(), promptsInterfaceConfigSchema])),
      /** Whether a link may send the prompt it brings along. */
      autoSubmitFromUrl: z.optional(z.boolean()),
    }),
  ),
  registration: z.optional(z.object({ allowedDomains: z.optional(z.array(text)) })),
  endpoints: z.object({
    custom: z.array(customEndpointSchema).check(z.minLength(1, 'must list at least one endpoint')),
    agents: z.optional(z.nullable(agentsEndpointConfigSchema)),
  }),
  modelSpecs: z.optional(z.nullable(modelSpecsConfigSchema)),
  /** Where files are kept: `local`, `gridfs` (ours) or `s3`. LibreChat knows more. */
  fileStrategy: z.optional(text),
  /** The same by kind of file; those of conversations are documents. */
  fileStrategies: z.optional(z.object({ default: z.optional(text), document: z.optional(text) })),
  /** Patterns of tools, as in `toolApproval`. When given, there are no other tools. */
  includedTools: z.optional(z.nullable(z.array(text))),
  /** Patterns of tools that there are none of. */
  filteredTools: z.optional(z.nullable(z.array(text))),
  /** `null` when all servers below the key are commented out. */
  mcpServers: z.optional(z.nullable(z.record(z.string(), mcpServerConfigSchema))),
  mcpSettings: z.optional(mcpSettingsConfigSchema),
  actions: z.optional(
    z.object({
      /** When given, actions may call these domains only. */
      allowedDomains: z.optional(z.array(text)),
      /** Private addresses that actions may call all the same: `host`, `host:port`, IP addresses and ranges. */
      allowedAddresses: z.optional(z.array(text)),
    }),
  ),
});
export type LibrechatConfig = z.infer<typeof librechatConfigSchema>;

/** LibreChat lets each user bring an address; a word stands for it. */
function isAddress(value: string): boolean {
  return value === 'user_provided' || httpUrlSchema.safeParse(value).success;
}
