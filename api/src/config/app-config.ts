import type { AnswerersConfig, PromptsConfig } from './answerers-config.ts';
import type { AppFramesConfig } from './app-frames-config.ts';
import type { CodeConfig } from './code-config.ts';
import type { FilesConfig } from './files-config.ts';
import type { McpConfig } from './mcp-config.ts';
import type { MeilisearchConfig } from '../search/meilisearch-index.ts';
import type { SharedLinksConfig } from './shared-links.ts';
import type { TemporaryChatsConfig } from './temporary-chats.ts';
import type { ToolsConfig } from './tools-config.ts';

/** An endpoint of `librechat.yaml`, complete and with its `${ENV}` values filled in. */
export interface EndpointConfig {
  /** Unique; what the client sends back as `endpoint`. */
  readonly name: string;
  /** What people read. */
  readonly label: string;
  readonly type: 'custom';
  /** Includes the version segment, such as `http://127.0.0.1:8081/v1`; no trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly models: {
    /** Never empty; the first one is offered first. */
    readonly default: readonly string[];
    /** A plain line about a model, by its name. */
    readonly descriptions?: Readonly<Record<string, string>>;
    /** Whether the list is asked of `GET {baseUrl}/models`. */
    readonly fetch: boolean;
  };
  /** Sent along with every call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a model writes the titles of new conversations. */
  readonly titleConvo: boolean;
  /** Absent: the model of the conversation. */
  readonly titleModel?: string;
}

/** Where actions (OpenAPI) may lead. */
export interface ActionsConfig {
  /** Absent: anywhere that is public. */
  readonly allowedDomains?: readonly string[] | undefined;
  /** Private addresses that may be called all the same. */
  readonly allowedAddresses?: readonly string[] | undefined;
}

/** At most `max` requests within `windowMs` milliseconds per address. */
export interface RateLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** Everything an operator has decided, checked and complete. Deeply frozen; the same for the whole run. */
export interface AppConfig {
  readonly version: string;
  /** Folder of the install: holds `README.md`, `docs/` and `client/dist/`. */
  readonly installRoot: string;
  readonly dataDir: string;
  readonly appTitle: string;
  readonly customWelcome?: string;
  /** Absent: `info`, or `warn` on a terminal. */
  readonly logLevel?: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Number of proxies in front whose forwarding headers are believed, or Express's own names for them. */
    readonly trustProxy: number | boolean | string;
  };
  /** Where people find this install: an origin, such as `https://chat.example.com`. */
  readonly publicUrl: string;
  /** Absent: the embedded store below `dataDir`. */
  readonly mongoUri?: string;
  /** Where files of conversations are. */
  readonly files: FilesConfig;
  /** Absent: live answers are kept in a file below `dataDir`, for this process alone. */
  readonly redisUri?: string;
  /** Absent: searches are made in the database. */
  readonly meilisearch?: MeilisearchConfig;
  readonly secrets: Secrets;
  readonly auth: {
    readonly accessTokenMs: number;
    readonly refreshTokenMs: number;
    readonly allowRegistration: boolean;
    /** Only addresses of these domains may register; absent: any. Lower case. */
    readonly allowedDomains?: readonly string[];
    readonly loginLimit: RateLimit;
    readonly registerLimit: RateLimit;
  };
  readonly gateway: {
    readonly enabled: boolean;
    readonly host: string;
    /** 0 for any free port. */
    readonly port: number;
    /** Its `gateway.yaml`, beside `librechat.yaml`; need not exist. Absolute. */
    readonly configFile: string;
    /** The environment as the gateway package reads it. */
    readonly environment: Readonly<Record<string, string>>;
  };
  /** In the operator's order; never empty. */
  readonly endpoints: readonly EndpointConfig[];
  readonly mcp: McpConfig;
  /** Absent: apps of tools are not shown. */
  readonly appFrames?: AppFramesConfig;
  /** Absent: `defaultToolsConfig`. */
  readonly tools?: ToolsConfig;
  readonly actions: ActionsConfig;
  /** Absent: no code is run. */
  readonly code?: CodeConfig;
  /** Who makes and changes agents; absent: everybody. */
  readonly agentBuilder?: 'everybody' | 'admins';
  /** Absent: `defaultTemporaryChats`. */
  readonly temporaryChats?: TemporaryChatsConfig;
  /** Whether people rate answers; absent: they do. */
  readonly feedback?: boolean;
  /** Absent: `openAnswerers`. */
  readonly answerers?: AnswerersConfig;
  /** Absent: everything. */
  readonly prompts?: PromptsConfig;
  /** Absent: all. */
  readonly sharedLinks?: SharedLinksConfig;
  /** Whether people may be invited into chats. Absent: they may. */
  readonly sharedChats?: boolean;
}

/** Keys of this install; each at least 32 characters. */
export interface Secrets {
  /** Signs access tokens. */
  readonly accessTokenKey: string;
  /** Keys the hashes under which refresh tokens are stored. */
  readonly refreshTokenKey: string;
  /** Encrypts credentials at rest. */
  readonly credentialsKey: string;
}
