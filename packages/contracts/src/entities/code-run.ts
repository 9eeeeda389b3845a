import * as z from 'zod/mini';
import { codeRunIdSchema } from './ids.ts';
import { fileRefSchema } from './stored-file.ts';

/** The languages code can be run in; `c` and `cpp`, `javascript` and `typescript` share an image. */
export const codeLanguageSchema = z.enum([
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
export type CodeLanguage = z.infer<typeof codeLanguageSchema>;

/** How a run ended: by itself, whatever its exit code, or by one of the limits, or by somebody. */
const codeRunReasonSchema = z.enum(['ok', 'timeout', 'oom', 'output_limit', 'killed', 'queue_full']);
export type CodeRunReason = z.infer<typeof codeRunReasonSchema>;

const milliseconds = z.int().check(z.nonnegative());

/** How a run of code went, without what it printed. */
export const codeRunSummarySchema = z.object({
  runId: codeRunIdSchema,
  language: codeLanguageSchema,
  /** A compiler's refusal ends in `compile`. */
  phase: z.enum(['compile', 'run']),
  /** `null` when a signal ended it, or it never began. */
  exitCode: z.nullable(z.int()),
  /** Such as `SIGKILL`. */
  signal: z.optional(z.string()),
  reason: codeRunReasonSchema,
  /** It printed more than is told. */
  truncated: z.boolean(),
  /** Of compiling and running. */
  durationMs: milliseconds,
  /** Spent waiting for its turn. */
  queueMs: milliseconds,
  /** What it wrote or changed. */
  files: z.array(z.extend(fileRefSchema, { sha256: z.string(), change: z.enum(['new', 'changed']) })),
  /** What it wrote and was not kept. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type CodeRunSummary = z.infer<typeof codeRunSummarySchema>;

/** How a run went and what it printed; invalid UTF-8 is shown as U+FFFD. */
export const codeRunResultSchema = z.extend(codeRunSummarySchema, { stdout: z.string(), stderr: z.string() });
export type CodeRunResult = z.infer<typeof codeRunResultSchema>;

const span = z.object({ start: milliseconds, end: milliseconds });

/** A run as part of a call: its `output` holds what was printed, in these places (UTF-16 units). */
export const callExecutionSchema = z.extend(codeRunSummarySchema, { stdout: span, stderr: span });
export type CallExecution = z.infer<typeof callExecutionSchema>;

/** Whether and how code can be run here. */
export const codeStatusSchema = z.object({
  enabled: z.boolean(),
  /** Why not, in plain words. */
  reason: z.optional(z.string()),
  /** The one command that helps. */
  remedy: z.optional(z.string()),
  engine: z.optional(z.object({ name: z.string(), version: z.string(), runtime: z.string() })),
  languages: z.array(
    z.object({
      id: codeLanguageSchema,
      label: z.string(),
      ready: z.boolean(),
      /** Of its compiler or interpreter. */
      version: z.optional(z.string()),
      reason: z.optional(z.string()),
    }),
  ),
  limits: z.object({
    runSeconds: z.number(),
    compileSeconds: z.number(),
    /** UTF-8 bytes. */
    codeBytes: z.number(),
    fileBytes: z.number(),
    workspaceBytes: z.number(),
    filesPerRun: z.number(),
  }),
});
export type CodeStatus = z.infer<typeof codeStatusSchema>;

/** What happens in a run, in order; the last one is `done`. Sent as events of those names by `POST /api/code/exec`. */
export const codeRunEventSchema = z.discriminatedUnion('type', [
  /** How many runs are before it. */
  z.object({ type: z.literal('queued'), position: z.int().check(z.nonnegative()) }),
  z.object({ type: z.literal('started'), runId: codeRunIdSchema }),
  z.object({ type: z.literal('stdout'), text: z.string() }),
  z.object({ type: z.literal('stderr'), text: z.string() }),
  z.object({ type: z.literal('done'), result: codeRunResultSchema }),
  /** It could not be run. */
  z.object({ type: z.literal('failed'), code: z.string(), title: z.string(), detail: z.optional(z.string()) }),
]);
export type CodeRunEvent = z.infer<typeof codeRunEventSchema>;
