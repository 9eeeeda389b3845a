import * as z from 'zod/mini';

/** A file of an earlier session, as LibreChat names it; older versions of it say `session_id`. */
const fileRefSchema = z.object({
  id: z.string(),
  name: z.optional(z.string()),
  storage_session_id: z.optional(z.string()),
  session_id: z.optional(z.string()),
  /** What it belongs to at the caller's; handed back as it came. */
  kind: z.optional(z.enum(['user', 'agent', 'skill'])),
  resource_id: z.optional(z.string()),
  version: z.optional(z.number()),
});
export type CodeApiFileRef = z.infer<typeof fileRefSchema>;

const files = z.optional(z.array(fileRefSchema).check(z.maxLength(200)));

export const execBodySchema = z.object({
  lang: z.string(),
  code: z.string(),
  args: z.optional(
    z.union([
      z.array(z.string()),
      z.pipe(
        z.string(),
        z.transform((one) => [one]),
      ),
    ]),
  ),
  stdin: z.optional(z.string()),
  files,
  /** Runs with the same hint work on the same files. */
  runtime_session_hint: z.optional(z.string().check(z.maxLength(1_000))),
});
export type ExecBody = z.infer<typeof execBodySchema>;

const toolResultSchema = z.object({
  call_id: z.string(),
  result: z._default(z.unknown(), null),
  is_error: z._default(z.boolean(), false),
  error_message: z.optional(z.string()),
});
export type CodeApiToolResult = z.infer<typeof toolResultSchema>;

const startSchema = z.object({
  code: z.string(),
  lang: z._default(z.string(), 'python'),
  tools: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(200)),
        description: z._default(z.string(), ''),
        parameters: z._default(z.record(z.string(), z.unknown()), {}),
      }),
    )
    .check(z.maxLength(100, 'may be at most 100 tools')),
  files,
});
export type ProgrammaticStart = z.infer<typeof startSchema>;

const token = z.string().check(z.minLength(1), z.maxLength(200));

/** The first request of a program has its code, those that follow the results it waits for. */
export const programmaticBodySchema = z.union([
  z.object({ continuation_token: token, tool_results: z.array(toolResultSchema).check(z.maxLength(1_000)) }),
  startSchema,
]);

export const cancelBodySchema = z.object({ continuation_token: token });
