import * as z from 'zod/mini';

const patterns = z.optional(
  z.nullable(z.array(z.string().check(z.trim(), z.minLength(1, 'must not be empty'), z.maxLength(300)))),
);
const wholeError = 'must be a whole number from 1 to 1000';
const whole = z.optional(z.int(wholeError).check(z.minimum(1, wholeError), z.maximum(1_000, wholeError)));

/** `endpoints.agents.toolApproval`: which calls of tools people are asked about. Patterns have `*` for any characters. */
export const toolApprovalConfigSchema = z.object({
  enabled: z.optional(z.boolean()),
  mode: z.optional(z.enum(['default', 'dontAsk', 'bypass'], { error: 'must be default, dontAsk or bypass' })),
  allow: patterns,
  deny: patterns,
  ask: patterns,
  /** `{tool}` stands for the tool's name. */
  reason: z.optional(z.string().check(z.maxLength(500))),
  allowAlways: z.optional(z.boolean()),
  allowAlwaysMaxTools: whole,
  allowAlwaysMaxToolNameLength: whole,
  /** LibreChat's own programs, which may refuse calls. They cannot be run here, so every call is asked about. */
  hooks: z.optional(z.nullable(z.array(z.unknown()))),
});

/** `endpoints.agents`. */
export const agentsEndpointConfigSchema = z.object({
  /** Model calls of a turn without an agent. */
  recursionLimit: whole,
  /** Most model calls of any turn. */
  maxRecursionLimit: whole,
  toolApproval: z.optional(z.nullable(toolApprovalConfigSchema)),
  /** Only admins make and change agents. */
  disableBuilder: z.optional(z.boolean()),
  /** What models may do; without `execute_code` in the list they are given no tools that run code. */
  capabilities: z.optional(z.nullable(z.array(z.string()))),
});
