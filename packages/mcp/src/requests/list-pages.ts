import type { Client, RequestOptions } from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import type { McpLimits } from '../core/mcp-limits.ts';

/** What a server listed, unread, and how long it says that this is good. */
export interface RawList {
  readonly entries: readonly unknown[];
  /** There was more than the limits allow. */
  readonly isCut: boolean;
  readonly ttlMs?: number;
}

const pageSchema = z.looseObject({ nextCursor: z.optional(z.string()), ttlMs: z.optional(z.number()) });

/** Reads a list page by page, as far as the limits go; a server that pages for ever gives the first pages. */
export async function listPages(
  client: Client,
  method: string,
  key: string,
  options: RequestOptions,
  limits: McpLimits,
): Promise<RawList> {
  const entries: unknown[] = [];
  let cursor: string | undefined;
  let ttlMs: number | undefined;
  for (let pages = 0; pages < limits.listPages; pages += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await client.request({ method, params }, pageSchema, options);
    const found = z.array(z.unknown()).parse(page[key]);
    entries.push(...found.slice(0, limits.listEntries - entries.length));
    ttlMs ??= page.ttlMs;
    if (found.length > 0 && entries.length >= limits.listEntries) return { entries, isCut: true, ...ttl(ttlMs) };
    if (page.nextCursor === undefined || page.nextCursor === cursor) return { entries, isCut: false, ...ttl(ttlMs) };
    cursor = page.nextCursor;
  }
  return { entries, isCut: true, ...ttl(ttlMs) };
}

function ttl(ttlMs: number | undefined): { readonly ttlMs?: number } {
  return ttlMs === undefined ? {} : { ttlMs };
}
