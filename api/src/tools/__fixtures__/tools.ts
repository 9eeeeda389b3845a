import { randomUUID } from 'node:crypto';
import { conversationIdSchema, generationIdSchema, userIdSchema } from '@parley/contracts';
import type { MessagePart, ToolCallPart } from '@parley/contracts';
import type { Tool, ToolCaller, ToolContext, ToolOrigin, ToolSpec } from '../tool.ts';

/** A tool of an MCP server, unless told otherwise. */
export function specOf(change: Partial<ToolSpec> = {}): ToolSpec {
  return {
    name: 'files__read',
    ref: 'mcp/files/read',
    title: 'Read',
    source: { kind: 'mcp', id: 'files', title: 'Files' },
    description: 'Reads a file.',
    inputSchema: { type: 'object' },
    hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
    isTrusted: false,
    digest: 'digest',
    ...change,
  };
}

export function toolOf(change: Partial<ToolSpec> = {}): Tool {
  return { spec: specOf(change), run: () => Promise.resolve({ output: 'done', failed: false }) };
}

/** An origin that has these tools and offers all of them. */
export function originOf(kind: ToolOrigin['kind'], tools: readonly Tool[], notices: readonly string[] = []): ToolOrigin {
  return {
    kind,
    tools: () => Promise.resolve({ tools, notices }),
    known: () => Promise.resolve(tools.map(({ spec }) => spec)),
  };
}

export function callerOf(change: Partial<ToolCaller> = {}): ToolCaller {
  return {
    userId: userIdSchema.parse(randomUUID()),
    role: 'USER',
    conversationId: conversationIdSchema.parse(randomUUID()),
    generationId: generationIdSchema.parse(randomUUID()),
    ...change,
  };
}

export function contextOf(change: Partial<ToolContext> = {}): ToolContext {
  return {
    ...callerOf(),
    callId: 'call-1',
    answer: undefined,
    signal: new AbortController().signal,
    report: () => undefined,
    print: () => undefined,
    ask: () => Promise.reject(new Error('Nobody is asked here')),
    ...change,
  };
}

export function callOf(change: Partial<ToolCallPart> = {}): MessagePart & ToolCallPart {
  return { type: 'tool-call', step: 0, callId: 'call-1', name: 'files__read', input: '{}', state: 'done', ...change };
}
