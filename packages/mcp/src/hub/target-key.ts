import { createHash } from 'node:crypto';
import type { McpServer, McpTarget } from '../core/mcp-server.ts';

const hashes = new WeakMap<McpServer, string>();

/** The same for the same server, holder and definition, and for nothing else; it shows nothing of the definition. */
export function targetKey({ server, holder }: McpTarget): string {
  let hash = hashes.get(server);
  if (hash === undefined) {
    hash = createHash('sha256')
      .update(JSON.stringify(sorted(server)))
      .digest('base64url');
    hashes.set(server, hash);
  }
  return JSON.stringify([server.id, holder, hash]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}
