import { isFields, textIn } from './json-fields.ts';

interface HostedTool {
  readonly type?: string | null | undefined;
}

/**
 * Tools that a provider runs itself, as extras of a request: `tools.` and their type, with a number where there are
 * several of one. A dialect that knows them takes them out, all others name them as dropped.
 */
export function hostedToolExtras(tools: readonly HostedTool[]): Record<string, HostedTool> {
  const extras: Record<string, HostedTool> = {};
  for (const tool of tools) {
    const word = `tools.${tool.type ?? 'unknown'}`;
    let free = word;
    for (let count = 2; Object.hasOwn(extras, free); count += 1) free = `${word}.${count}`;
    extras[free] = tool;
  }
  return extras;
}

/** Anthropic names its hosted tools with a date at the end, but for this one. */
const ofAnthropic = /_\d{8}$|^mcp_toolset$/;

/** Takes the hosted tools of one vendor out of `extras`: both say of what type a tool is, others (Google) do not. */
export function takeHostedTools(extras: Map<string, unknown>, vendor: 'anthropic' | 'openai'): unknown[] {
  const taken: unknown[] = [];
  for (const [word, tool] of extras) {
    const type = word.startsWith('tools.') && isFields(tool) ? textIn(tool['type']) : undefined;
    if (type === undefined || ofAnthropic.test(type) !== (vendor === 'anthropic')) continue;
    taken.push(tool);
    extras.delete(word);
  }
  return taken;
}
