import * as z from 'zod/mini';

/**
 * How people's choices name tools: `calculator` (built in), `mcp/<server>` (all tools of a server),
 * `mcp/<server>/<tool>`, `action/<set>` and `action/<set>/<operation>` (OpenAPI), `code/interpreter` (run code, and the
 * files it works on).
 */
export const toolRefSchema = z
  .string()
  .check(z.maxLength(300), z.regex(/^[^\s/]+(\/[^/]+){0,1}(\/.+)?$/u, 'must name a tool'));
export type ToolRef = z.infer<typeof toolRefSchema>;

/** Most tools that one turn or agent may name; a server counts as one. */
export const mostToolRefs = 200;
export const toolRefsSchema = z.array(toolRefSchema).check(z.maxLength(mostToolRefs));

/** What happens when a model calls a tool: it runs, a person is asked first, or it is refused. */
export const toolEffectSchema = z.enum(['allow', 'ask', 'deny']);
export type ToolEffect = z.infer<typeof toolEffectSchema>;

/** What a tool says of itself. Hints of a foreign author: to be shown, and believed only where an admin vouches for it. */
export const toolHintsSchema = z.object({
  /** Changes nothing anywhere. */
  readOnly: z.boolean(),
  /** May destroy something; means nothing with `readOnly`. */
  destructive: z.boolean(),
  /** Running it twice with the same input is as good as once. */
  idempotent: z.boolean(),
  /** Reaches out into the world: the web, other people. */
  openWorld: z.boolean(),
});
export type ToolHints = z.infer<typeof toolHintsSchema>;

/** Where a tool comes from; `id` is the server's name or the action set's id. */
export const toolSourceSchema = z.object({
  kind: z.enum(['built-in', 'mcp', 'action', 'agent', 'code']),
  id: z.optional(z.string()),
  title: z.string(),
});
export type ToolSource = z.infer<typeof toolSourceSchema>;

/** A tool as people see it in lists and choose it. */
export const toolInfoSchema = z.object({
  ref: toolRefSchema,
  title: z.string(),
  description: z.string(),
  source: toolSourceSchema,
  hints: toolHintsSchema,
  /** What would happen if a model called it for this person now. */
  effect: toolEffectSchema,
});
export type ToolInfo = z.infer<typeof toolInfoSchema>;
