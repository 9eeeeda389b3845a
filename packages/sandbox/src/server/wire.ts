import * as z from 'zod/mini';

/** What goes over HTTP between a runner and those who use it, version 1. Both sides parse what they are sent. */

const languageIdSchema = z.enum([
  'python',
  'javascript',
  'typescript',
  'go',
  'c',
  'cpp',
  'java',
  'php',
  'rust',
  'fortran',
]);

export const runRequestSchema = z.object({
  runId: z.string(),
  owner: z.string(),
  workspace: z.string(),
  language: languageIdSchema,
  code: z.string(),
  args: z.array(z.string()),
  stdin: z.string(),
  files: z.array(z.object({ name: z.string(), size: z.number(), sha256: z.string() })),
  tools: z.exactOptional(
    z.array(z.object({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) })),
  ),
});

export const toolAnswerSchema = z.object({ result: z.unknown(), isError: z.boolean() });

export const statusSchema = z.object({
  enabled: z.boolean(),
  reason: z.exactOptional(z.string()),
  remedy: z.exactOptional(z.string()),
  engine: z.exactOptional(z.object({ name: z.string(), version: z.string(), runtime: z.string() })),
  languages: z.array(
    z.object({
      id: languageIdSchema,
      label: z.string(),
      ready: z.boolean(),
      version: z.exactOptional(z.string()),
      reason: z.exactOptional(z.string()),
    }),
  ),
});

const sandboxErrorCodeSchema = z.enum(['unavailable', 'queue-full', 'invalid', 'engine']);

/** An answer that is no success: its status and the code of a `SandboxError`. */
export const refusalSchema = z.object({ code: sandboxErrorCodeSchema, message: z.string() });

const runResultSchema = z.object({
  phase: z.enum(['compile', 'run']),
  exitCode: z.nullable(z.number()),
  signal: z.exactOptional(z.string()),
  reason: z.enum(['ok', 'timeout', 'oom', 'output_limit', 'killed']),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
  durationMs: z.number(),
  queueMs: z.number(),
  startMs: z.number(),
  box: z.enum(['cold', 'warm', 'sticky']),
  skipped: z.readonly(z.array(z.object({ name: z.string(), reason: z.string() }))),
});

/** What the stream of a run is made of; a `file` is followed by its bytes. The last one is `result` or `failed`. */
export const frameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('queued'), position: z.number() }),
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('stdout'), text: z.string() }),
  z.object({ type: z.literal('stderr'), text: z.string() }),
  z.object({ type: z.literal('file'), name: z.string(), sha256: z.string(), change: z.enum(['new', 'changed']) }),
  z.object({ type: z.literal('removed'), name: z.string() }),
  /** The bytes of `files[index]` are wanted. */
  z.object({ type: z.literal('need'), index: z.int().check(z.nonnegative()) }),
  z.object({
    type: z.literal('call'),
    key: z.string(),
    call: z.object({ id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) }),
  }),
  /** Nothing happens, and all is well. */
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('result'), result: runResultSchema }),
  z.object({ type: z.literal('failed'), code: sandboxErrorCodeSchema, message: z.string() }),
]);

export type Frame = z.infer<typeof frameSchema>;

/** Names the stream of a run in later requests about it. */
export const runIdHeader = 'parley-run';
