import type { ToolRef } from '@parley/contracts';

/** Of these refs, those that name a tool, or all tools of a server or set, that is among the known ones. */
export function usableTools(refs: readonly ToolRef[], known: readonly ToolRef[]): ReadonlySet<ToolRef> {
  const names = new Set(known.flatMap((ref) => [ref, sourceOf(ref)]));
  return new Set(refs.filter((ref) => names.has(ref)));
}

/** `mcp/files` of `mcp/files/read_file`; a built-in tool is its own source. */
function sourceOf(ref: ToolRef): ToolRef {
  return ref.split('/', 2).join('/');
}
