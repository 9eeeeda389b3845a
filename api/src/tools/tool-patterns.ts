import type { ToolSpec } from './tool.ts';

/**
 * Whether a pattern means a tool. `*` stands for any characters. It may be written as our refs are (`mcp/files/*`, or
 * `mcp/files` for all of a server), as the model calls the tool (`files__*`), or as LibreChat does (`read_mcp_files`,
 * `mcp:files:*`).
 */
export function matchesTool(pattern: string, { name, ref }: Pick<ToolSpec, 'name' | 'ref'>): boolean {
  const trimmed = pattern.trim();
  // A name that another tool has, too, ends in a hash (`hashedName`); who forbids it means both.
  const names = [name, name.replace(/_[0-9a-f]{8}$/, '')];
  return [...names, ...spellings(ref)].some((spelling) => matches(trimmed, spelling));
}

/** The same by what nobody can give to a tool of their own: where it comes from, not what the model calls it. */
export function matchesOrigin(pattern: string, { ref }: Pick<ToolSpec, 'ref'>): boolean {
  const trimmed = pattern.trim();
  return spellings(ref).some((spelling) => matches(trimmed, spelling));
}

/** Whether a pattern says what it looks like: other signs of globs have no meaning here. */
export function isUnderstood(pattern: string): boolean {
  return pattern.trim() !== '' && !/[?[\]{}!]/.test(pattern);
}

function spellings(ref: string): string[] {
  const [kind = '', source, ...rest] = ref.split('/');
  if (source === undefined) return [ref];
  const tool = rest.join('/');
  const ours = [ref, `${kind}/${source}`];
  return kind === 'mcp' ? [...ours, `${tool}_mcp_${source}`, `mcp:${source}:${tool}`] : ours;
}

/** In time that grows with the text alone, however many `*` there are. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let position = first.length;
  const end = text.length - last.length;
  for (const piece of others) {
    const found = text.indexOf(piece, position);
    if (found < 0 || found + piece.length > end) return false;
    position = found + piece.length;
  }
  return true;
}
