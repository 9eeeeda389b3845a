import type { Tool, ToolOrigin } from '../tool.ts';

/** The tools of our own, by their names. */
export function createBuiltInOrigin(tools: readonly Tool[]): ToolOrigin {
  const byRef = new Map(tools.map((tool) => [tool.spec.ref, tool]));
  const specs = tools.map(({ spec }) => spec);
  return {
    kind: 'built-in',
    tools(_caller, refs) {
      const unknown = refs.filter((ref) => !byRef.has(ref));
      return Promise.resolve({
        tools: refs.flatMap((ref) => byRef.get(ref) ?? []),
        notices: unknown.length === 0 ? [] : [`These tools do not exist here: ${unknown.join(', ')}.`],
      });
    },
    known: () => Promise.resolve(specs),
  };
}
