import { McpError } from '@parley/mcp';
import type { McpContent, McpResourceContent, McpTarget, McpTool, McpToolResult } from '@parley/mcp';
import type { StoredApp } from '@parley/contracts';
import * as z from 'zod/mini';
import type { ToolAttachment, ToolInput } from '../tools/tool.ts';
import type { McpConnectionsHub } from './mcp-connections.ts';

/** Shows what tools gave in apps of their servers (MCP Apps, 2026-01-26). */
export interface ToolApps {
  /**
   * The app of a call that has ended, with everything it needs; undefined when its tool has none. A text says, for
   * whoever reads the result, why there is an app that cannot be shown. Throws the reason of `signal`.
   */
  of(call: AppCall, signal: AbortSignal): Promise<ToolAttachment | string | undefined>;
}

interface AppCall {
  readonly target: McpTarget;
  readonly tool: Pick<McpTool, 'name' | 'title' | 'appUri'>;
  readonly input: ToolInput;
  readonly result: McpToolResult;
}

interface ToolAppsOptions {
  readonly hub: Pick<McpConnectionsHub, 'readResource'>;
  /** Origins that apps may load from and connect to when their servers name them. */
  readonly hosts: readonly string[];
}

/** Bytes of a page, and of what it is told. */
const mostBytes = 1024 * 1024;
/** Milliseconds that a result waits for its app. */
const longestWait = 10_000;
const appType = 'text/html;profile=mcp-app';

const named = z.optional(z.array(z.string()));
const metaSchema = z.object({ ui: z.object({ csp: z.object({ resourceDomains: named, connectDomains: named }) }) });

export function createToolApps({ hub, hosts }: ToolAppsOptions): ToolApps {
  function allowed(wanted: readonly string[]): string[] {
    const names = new Set(wanted.map((host) => host.toLowerCase().replace(/\/$/, '')));
    return hosts.filter((host) => names.has(host));
  }

  function hostsOf({ meta }: McpResourceContent): StoredApp['hosts'] {
    const parsed = metaSchema.safeParse(meta);
    if (!parsed.success) return { resource: [], connect: [] };
    const { resourceDomains = [], connectDomains = [] } = parsed.data.ui.csp;
    return { resource: allowed(resourceDomains), connect: allowed(connectDomains) };
  }

  async function read(
    { target, input, result }: AppCall,
    uri: string,
    signal: AbortSignal,
  ): Promise<Uint8Array | string> {
    const contents = await hub.readResource(target, uri, AbortSignal.any([signal, AbortSignal.timeout(longestWait)]));
    const page = contents.find(({ mimeType }) => isApp(mimeType));
    if (page === undefined) return 'its server gave something else';
    const html = page.text ?? Buffer.from(page.data ?? '', 'base64').toString('utf8');
    if (Buffer.byteLength(html) > mostBytes) return 'it is larger than 1 MiB';
    const told = { hosts: hostsOf(page), input, result: protocolResult(result) };
    if (Buffer.byteLength(JSON.stringify(told)) > mostBytes) return 'what it would show is larger than 1 MiB';
    return Buffer.from(JSON.stringify({ html, ...told } satisfies StoredApp));
  }

  return {
    async of(call, signal) {
      const { name, title = name, appUri } = call.tool;
      if (appUri === undefined || call.result.isError) return undefined;
      try {
        const app = await read(call, appUri, signal);
        if (typeof app === 'string') return notShown(app);
        return { kind: 'app', mimeType: 'application/json', title, bytes: app };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof McpError) return notShown('it could not be read');
        throw error;
      }
    },
  };
}

function notShown(reason: string): string {
  return `[This tool has an app, which is not shown because ${reason}.]`;
}

function isApp(mimeType = ''): boolean {
  return mimeType.toLowerCase().replaceAll(/[\s"]/g, '') === appType;
}

/** As its server said it, `_meta` included: an app is its server's own. */
function protocolResult({ content, structured, isError, meta }: McpToolResult): StoredApp['result'] {
  return {
    content: content.map(protocolBlock),
    isError,
    ...(structured !== undefined && { structuredContent: structured }),
    ...(meta !== undefined && { _meta: meta }),
  };
}

function protocolBlock(block: McpContent): object {
  if (block.type === 'resource-link') return { ...block, type: 'resource_link' };
  if (block.type !== 'resource') return block;
  const { uri, mimeType, text, data } = block;
  const body = data === undefined ? { text: text ?? '' } : { blob: data };
  return { type: 'resource', resource: { uri, ...(mimeType !== undefined && { mimeType }), ...body } };
}
