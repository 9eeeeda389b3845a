import type { CallToolResult, RequestOptions, Tool } from '@modelcontextprotocol/client';
import { LOG_LEVEL_META_KEY, UrlElicitationRequiredError } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { callScopes } from '../connect/call-scope.ts';
import type { Connection } from '../connect/connection.ts';
import { McpError } from '../core/mcp-error.ts';
import type { McpTool, McpToolCall, McpToolResult } from '../core/mcp-tool.ts';
import { readContent } from './read-content.ts';
import { runRequest } from './run-request.ts';
import { isDeep } from './schema-problem.ts';

interface CallOptions {
  readonly connection: Connection;
  /** As it was listed. */
  readonly tool: McpTool;
  readonly call: McpToolCall;
  readonly timeoutMs: number;
  /** How often the server may send the user to a page before it answers. */
  readonly mostRounds: number;
}

const deepestResult = 200;
const pagesShape = z.array(z.object({ message: z.string(), url: z.string() })).check(z.minLength(1), z.maxLength(10));

/** Calls a tool and gives what it answered; an error of the tool itself is an answer too. */
export async function callTool(options: CallOptions, signal: AbortSignal): Promise<McpToolResult> {
  const { connection, timeoutMs, call, mostRounds } = options;
  return await runRequest({ connection, timeoutMs, signal, call }, async (requestOptions) => {
    for (let round = 0; ; round += 1) {
      try {
        return readResult(await send(options, requestOptions));
      } catch (error) {
        if (!(error instanceof UrlElicitationRequiredError) || round >= mostRounds) throw error;
        if (!(await visitPages(error, requestOptions.signal ?? signal))) throw error;
      }
    }
  });
}

async function send({ connection, tool, call }: CallOptions, options: RequestOptions): Promise<CallToolResult> {
  const { client, info } = connection;
  const wantsLog = call.onLog !== undefined && info.capabilities.logging && client.getProtocolEra() === 'modern';
  return await client.callTool(
    {
      name: tool.name,
      arguments: { ...call.arguments },
      ...(wantsLog && { _meta: { [LOG_LEVEL_META_KEY]: 'info' } }),
    },
    { ...options, toolDefinition: definitionOf(tool) },
  );
}

/** What the SDK takes the headers of a call from; without an output schema it does not judge the result. */
function definitionOf({ name, inputSchema }: McpTool): Tool {
  return { name, inputSchema: { ...inputSchema, type: 'object' } };
}

/** The way of 2025 to send the user to a page: the call fails, and is to be repeated when the user was there. */
async function visitPages({ elicitations }: UrlElicitationRequiredError, signal: AbortSignal): Promise<boolean> {
  const elicit = callScopes.getStore()?.elicit;
  const pages = pagesShape.safeParse(elicitations);
  if (elicit === undefined || !pages.success) return false;
  for (const { message, url } of pages.data) {
    const { action } = await elicit({ kind: 'url', message, url }, signal);
    if (action !== 'accept') return false;
  }
  return true;
}

function readResult({ content, structuredContent, isError, _meta: meta }: CallToolResult): McpToolResult {
  if (isDeep(structuredContent, deepestResult) || isDeep(meta, deepestResult)) {
    throw new McpError('malformed', 'The server’s answer is nested too deep.', { mayHaveRun: true });
  }
  return {
    content: content.map(readContent),
    isError: isError === true,
    ...(isRecord(structuredContent) && { structured: structuredContent }),
    ...(meta !== undefined && { meta }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
