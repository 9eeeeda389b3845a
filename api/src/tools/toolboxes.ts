import { setTimeout as wait } from 'node:timers/promises';
import type { ToolRef } from '@parley/contracts';
import type { Logger } from 'pino';
import { orAborted } from '../or-aborted.ts';
import { cleanLine, cleanText } from '../clean-text.ts';
import type { Tool, ToolCaller, ToolOrigin, ToolSpec, Toolboxes } from './tool.ts';
import { createToolbox } from './toolbox.ts';
import { hashedName, toolName } from '../tool-identity.ts';

/** Milliseconds that a turn waits for an origin at most; origins keep to two seconds themselves. */
const longestWait = 2_500;
/** Characters of a description that the model is told. */
const longestDescription = 1_024;
const longestTitle = 200;

interface ToolboxesOptions {
  readonly origins: readonly ToolOrigin[];
  /** See `createToolbox`. */
  readonly deferAbove: number;
  /** Whether the operator lets a tool be used at all. Absent: every one. */
  readonly isInstalled?: (spec: ToolSpec) => boolean;
  /** Reads on in results that were too long; part of every box that is not empty. */
  readonly readResult?: Tool;
  readonly log: Pick<Logger, 'warn'>;
}

export interface KnownTools {
  /** All that somebody may choose, as far as it is known without waiting; as toolboxes have it. */
  known(user: Pick<ToolCaller, 'userId' | 'role'>): Promise<readonly ToolSpec[]>;
}

interface Resolved {
  readonly tools: readonly Tool[];
  readonly notices: readonly string[];
  readonly instructions?: readonly string[];
}

/** Puts the tools of turns together. */
export function createToolboxes(options: ToolboxesOptions): Toolboxes & KnownTools {
  const { origins, deferAbove, isInstalled = () => true, readResult, log } = options;

  async function resolve(
    origin: ToolOrigin,
    caller: ToolCaller,
    refs: readonly ToolRef[],
    signal: AbortSignal,
  ): Promise<Resolved> {
    if (refs.length === 0) return { tools: [], notices: [] };
    const enough = new AbortController();
    const limit = AbortSignal.any([signal, enough.signal]);
    const late = wait(longestWait, undefined, { signal: limit, ref: false }).then(
      () => ({ tools: [], notices: [`These tools did not answer in time: ${refs.join(', ')}.`] }),
      () => new Promise<never>(() => undefined),
    );
    try {
      return await orAborted(Promise.race([origin.tools(caller, refs, limit), late]), signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error, kind: origin.kind }, 'Tools could not be listed');
      return { tools: [], notices: [`These tools cannot be used right now: ${refs.join(', ')}.`] };
    } finally {
      enough.abort();
    }
  }

  return {
    async of(caller, refs, signal) {
      const refsByKind = Map.groupBy(new Set(refs), kindOf);
      const found = await Promise.all(
        origins.map((origin) => resolve(origin, caller, refsByKind.get(origin.kind) ?? [], signal)),
      );
      const unknown = [...refsByKind].flatMap(([kind, of]) => (origins.some((each) => each.kind === kind) ? [] : of));
      const notices = [
        ...(unknown.length === 0 ? [] : [`These tools do not exist here: ${unknown.join(', ')}.`]),
        ...found.flatMap((each) => each.notices),
      ];
      const tools = found.flatMap((each) => each.tools).filter(({ spec }) => isInstalled(spec));
      const instructions = found.flatMap((each) => each.instructions ?? []);
      return createToolbox({ tools: arrange(tools), notices, instructions, deferAbove, readResult });
    },

    async known(user) {
      const specs = await Promise.all(origins.map((origin) => origin.known(user)));
      return specs
        .flat()
        .filter(isInstalled)
        .map((spec) => presentable(spec))
        .toSorted(inOrder);
    },
  };
}

function kindOf(ref: ToolRef): ToolSpec['source']['kind'] | undefined {
  if (!ref.includes('/')) return 'built-in';
  if (ref.startsWith('mcp/')) return 'mcp';
  if (ref.startsWith('code/')) return 'code';
  return ref.startsWith('action/') ? 'action' : undefined;
}

/** Names that a toolbox gives away itself. */
const reserved = new Set(['find_tools', 'read_result']);

/** Each tool once, with a name of its own, in an order that depends on nothing but the tools. */
function arrange(tools: readonly Tool[]): Tool[] {
  const once = [...new Map(tools.map((tool) => [tool.spec.ref, tool])).values()];
  const byName = Map.groupBy(once, ({ spec }) => presentable(spec).name);
  const named = [...byName.values()]
    .flatMap((same) =>
      same.map((tool) => {
        const spec = presentable(tool.spec);
        const isFree = (same.length === 1 && !reserved.has(spec.name)) || spec.source.kind === 'built-in';
        return withSpec(tool, isFree ? spec : { ...spec, name: hashedName(spec.name, spec.ref) });
      }),
    )
    .toSorted((a, b) => inOrder(a.spec, b.spec));
  const taken = new Set<string>();
  return named.map((tool) => {
    const { spec } = tool;
    let { name } = spec;
    // Somebody may have given a tool the very name that a hash makes of another.
    for (let tries = 1; taken.has(name); tries += 1) name = hashedName(name, `${spec.ref} ${tries}`);
    taken.add(name);
    return withSpec(tool, name === spec.name ? spec : { ...spec, name });
  });
}

const kindOrder = { 'built-in': 0, code: 1, agent: 2, action: 3, mcp: 4 } as const;

function inOrder(a: ToolSpec, b: ToolSpec): number {
  return (
    kindOrder[a.source.kind] - kindOrder[b.source.kind] ||
    compare(a.source.id ?? '', b.source.id ?? '') ||
    compare(a.name, b.name) ||
    compare(a.ref, b.ref)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Specs live as long as their server's list of tools; each is looked through once. */
const presentableSpecs = new WeakMap<ToolSpec, ToolSpec>();

/** A spec with a name that models take, and with words that are bounded and visible. */
function presentable(spec: ToolSpec): ToolSpec {
  const known = presentableSpecs.get(spec);
  if (known !== undefined) return known;
  const name = toolName(spec.name, spec.ref);
  const title = cleanLine(spec.title, longestTitle);
  const description = cleanText(spec.description, longestDescription);
  const source = { ...spec.source, title: cleanLine(spec.source.title, longestTitle) };
  const isSame = name === spec.name && title === spec.title && description === spec.description;
  const made =
    isSame && source.title === spec.source.title
      ? spec
      : { ...spec, name, source, title: title === '' ? name : title, description };
  presentableSpecs.set(spec, made);
  return made;
}

function withSpec(tool: Tool, spec: ToolSpec): Tool {
  if (spec === tool.spec) return tool;
  const needs = tool.inputNeeded === undefined ? {} : { inputNeeded: neededBy(tool) };
  return { spec, run: (input, context) => tool.run(input, context), ...needs };
}

function neededBy(tool: Tool): NonNullable<Tool['inputNeeded']> {
  return async (input, signal) => await tool.inputNeeded?.(input, signal);
}
