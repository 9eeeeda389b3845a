import * as z from 'zod/mini';
import { problemCodeSchema } from '../problem.ts';
import { agentRefSchema } from './agent.ts';
import type { AgentRef } from './agent.ts';
import { callExecutionSchema } from './code-run.ts';
import { commandIdSchema, messageIdSchema, toolResultIdSchema } from './ids.ts';
import { approvalAnswerSchema, inputAnswerSchema, inputRequestSchema } from './input-request.ts';
import { fileRefSchema } from './stored-file.ts';
import { toolSourceSchema } from './tool.ts';
import { usageSchema } from './usage.ts';
import { wellFormed } from './well-formed.ts';
import type { Usage } from './usage.ts';

const step = z.int().check(z.nonnegative());

export const textPartSchema = z.object({ type: z.literal('text'), step, text: z.string() });

export const reasoningPartSchema = z.object({ type: z.literal('reasoning'), step, text: z.string() });

/** Something a tool gave beside text, fetched from `GET /api/tool-results/:id`. */
export const attachmentSchema = z.object({
  id: toolResultIdSchema,
  /** `app` is an MCP App: JSON of `storedAppSchema`. */
  kind: z.enum(['text', 'image', 'audio', 'file', 'app']),
  mimeType: z.string(),
  title: z.string(),
  /** Bytes. */
  size: step,
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** How far the run of a sub-agent has got, for whoever continues it. */
const nestedProgressSchema = z.object({
  step,
  attempt: z.int().check(z.positive()),
  /** The step was begun and not finished. */
  isBegun: z.boolean(),
  isUsageHeld: z.boolean(),
});

/** What a sub-agent does inside the call that asked it. `usage` is its own, without that of agents below it. */
export interface NestedRun {
  agent: AgentRef;
  parts: MessagePart[];
  usage?: Usage | undefined;
  progress: z.infer<typeof nestedProgressSchema>;
}

const nestedRunSchema: z.ZodMiniType<NestedRun> = z.object({
  agent: agentRefSchema,
  parts: z.array(z.lazy((): z.ZodMiniType<MessagePart> => messagePartSchema)),
  usage: z.optional(usageSchema),
  progress: nestedProgressSchema,
});

/**
 * One call of a tool. `input` is the JSON text exactly as the model wrote it, never re-serialised; an approver's edited
 * one is in `approval` and runs in its place. `output` is absent until the call has ended. A call that was `started` may
 * have had its effect; no other one has.
 */
export const toolCallPartSchema = z.object({
  type: z.literal('tool-call'),
  step,
  callId: z.string(),
  name: z.string(),
  /** What people read instead of `name`. */
  title: z.optional(z.string()),
  source: z.optional(toolSourceSchema),
  input: z.string(),
  output: z.optional(z.string()),
  state: z.enum(['writing-input', 'called', 'waiting', 'running', 'done', 'failed', 'denied']),
  /** What was asked last, and the answer to it once there is one. */
  request: z.optional(inputRequestSchema),
  answer: z.optional(inputAnswerSchema),
  /** The approval it runs with, and what the tool was then; stays when more is asked after it. */
  approval: z.optional(z.extend(approvalAnswerSchema, { digest: z.optional(z.string()) })),
  /** It was begun, so it may have had its effect, whatever it waits for now. */
  started: z.optional(z.boolean()),
  /** How far a running call says it is; `total` absent when it does not know. */
  progress: z.optional(
    z.object({ progress: z.number(), total: z.optional(z.number()), message: z.optional(z.string()) }),
  ),
  /** Where all of an output is that was too long: `output` is its beginning then. */
  stored: z.optional(z.object({ id: toolResultIdSchema, length: step })),
  attachments: z.optional(z.array(attachmentSchema)),
  /** What a running call has printed so far. */
  printed: z.optional(z.string()),
  /** How the code ran, when the call ran some. */
  execution: z.optional(callExecutionSchema),
  run: z.optional(nestedRunSchema),
});

/** A file that the user brought along with a prompt. */
const filePartSchema = z.object({ type: z.literal('file'), file: fileRefSchema });

/** Words of an earlier message that the user's prompt is about; they come before its text. */
export const quotePartSchema = z.object({
  type: z.literal('quote'),
  text: z.string().check(z.minLength(1), z.maxLength(10_000), wellFormed()),
  /** Where they are from; it may be gone. */
  messageId: messageIdSchema,
});

/** From here on another agent answers. */
export const handOffPartSchema = z.object({ type: z.literal('hand-off'), step, agent: agentRefSchema });

/** A passage an answer rests on. `url` may be relative to the app, when the source is Parley's own documentation. */
export const sourcePartSchema = z.object({
  type: z.literal('source'),
  step,
  id: z.string(),
  title: z.string(),
  url: z.string(),
  excerpt: z.optional(z.string()),
});

/** What the user added while the answer was being written; the model reads it before the step it stands in. */
export const steerPartSchema = z.object({
  type: z.literal('steer'),
  step,
  commandId: commandIdSchema,
  text: z.string(),
});

/** Why an answer is not whole: text for the person who reads it. The partial answer stays beside it. */
export const errorPartSchema = z.object({
  type: z.literal('error'),
  code: problemCodeSchema,
  title: z.string(),
  detail: z.optional(z.string()),
});

export const messagePartSchema = z.discriminatedUnion('type', [
  textPartSchema,
  reasoningPartSchema,
  toolCallPartSchema,
  sourcePartSchema,
  steerPartSchema,
  handOffPartSchema,
  filePartSchema,
  quotePartSchema,
  errorPartSchema,
]);

export type TextPart = z.infer<typeof textPartSchema>;
export type ReasoningPart = z.infer<typeof reasoningPartSchema>;
export type ToolCallPart = z.infer<typeof toolCallPartSchema>;
export type SourcePart = z.infer<typeof sourcePartSchema>;
export type SteerPart = z.infer<typeof steerPartSchema>;
export type HandOffPart = z.infer<typeof handOffPartSchema>;
export type FilePart = z.infer<typeof filePartSchema>;
export type QuotePart = z.infer<typeof quotePartSchema>;
export type ErrorPart = z.infer<typeof errorPartSchema>;
export type MessagePart = z.infer<typeof messagePartSchema>;
