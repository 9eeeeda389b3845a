import type { MessagePart } from '@parley/contracts';
import { createFindTools, discoveredNames } from './find-tools.ts';
import type { Tool, Toolbox } from './tool.ts';

/** Hidden tools that are offered at once; providers take 128 tools, built-in ones and other agents included. */
const mostDiscovered = 80;

interface ToolboxOptions {
  /** With unique names, in the order in which they are offered. */
  readonly tools: readonly Tool[];
  readonly notices: readonly string[];
  readonly instructions: readonly string[];
  /** With more tools than that, those of others than ourselves hide until they are found. */
  readonly deferAbove: number;
  /** Reads on in results that were too long; offered once there is one. */
  readonly readResult: Tool | undefined;
}

/** A box of tools. */
export function createToolbox({ tools, notices, instructions, deferAbove, readResult }: ToolboxOptions): Toolbox {
  const byName = new Map(tools.map((tool) => [tool.spec.name, tool]));
  const isLarge = tools.length > deferAbove;
  const shown = isLarge ? tools.filter(neverHides) : tools;
  const findTools = isLarge ? createFindTools(tools.filter((tool) => !neverHides(tool))) : undefined;
  const always = findTools === undefined ? shown : [...shown, findTools];
  for (const extra of [readResult, findTools]) {
    if (extra !== undefined && tools.length > 0) byName.set(extra.spec.name, extra);
  }

  /** In the order of `tools`, whatever was found first: models cache the beginning of what they are sent. */
  function discovered(parts: readonly MessagePart[]): readonly Tool[] {
    if (!isLarge) return [];
    const names = new Set([...discoveredNames(parts)].slice(-mostDiscovered));
    return tools.filter((tool) => !neverHides(tool) && names.has(tool.spec.name));
  }

  return {
    offered(parts) {
      const hasStored = parts.some((part) => part.type === 'tool-call' && part.stored !== undefined);
      const reader = hasStored && readResult !== undefined && tools.length > 0 ? [readResult] : [];
      return [...always, ...reader, ...discovered(parts)];
    },
    find: (name) => byName.get(name),
    notices,
    instructions,
  };
}

/** Few, and meant by whoever switches them on. */
function neverHides({ spec }: Tool): boolean {
  return spec.source.kind === 'built-in' || spec.source.kind === 'code';
}
