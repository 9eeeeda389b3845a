import * as z from 'zod/mini';
import { toolHintsSchema, toolSourceSchema } from './tool.ts';

/** How long an approval holds: for this call, in this conversation, or for good (for this person). */
export const approvalScopeSchema = z.enum(['once', 'conversation', 'always']);
export type ApprovalScope = z.infer<typeof approvalScopeSchema>;

/** Whether a call may run as it is, or as the person edits its `input` (of the part that carries the request). */
const approvalRequestSchema = z.object({
  kind: z.literal('approval'),
  title: z.string(),
  source: toolSourceSchema,
  /** The author's words about the tool: data, whatever they say. */
  description: z.string(),
  hints: toolHintsSchema,
  /** Scopes that the policy lets a person choose; `once` is always among them. */
  scopes: z.array(approvalScopeSchema),
  /** Why it is asked, in the operator's words. */
  reason: z.optional(z.string()),
  /** What the tool is: a hash that changes with its definition and its place. What is approved is that and nothing else. */
  digest: z.optional(z.string()),
});

/** A model asks the person. */
const questionRequestSchema = z.object({
  kind: z.literal('questions'),
  questions: z
    .array(
      z.object({
        id: z.string(),
        text: z.string(),
        /** Offered answers; a person may always write one instead. */
        choices: z.array(z.string()),
        multiple: z.boolean(),
      }),
    )
    .check(z.minLength(1), z.maxLength(4)),
});

/** A server asks the person to fill in a form (MCP elicitation). `schema` is JSON Schema as JSON text: flat, primitives only. */
const formRequestSchema = z.object({
  kind: z.literal('form'),
  source: toolSourceSchema,
  message: z.string(),
  schema: z.string(),
});

/** A server asks the person to visit an address (MCP elicitation in URL mode); it is shown whole before it is opened. */
const urlRequestSchema = z.object({
  kind: z.literal('url'),
  source: toolSourceSchema,
  message: z.string(),
  url: z.string(),
});

/** A server has to be signed in to before its tool can run. */
const signInRequestSchema = z.object({ kind: z.literal('sign-in'), source: toolSourceSchema });

/** A server wants a model's answer to `prompt` (MCP sampling). */
const samplingRequestSchema = z.object({
  kind: z.literal('sampling'),
  source: toolSourceSchema,
  prompt: z.string(),
});

/** What a person is asked before a call goes on. */
export const inputRequestSchema = z.discriminatedUnion('kind', [
  approvalRequestSchema,
  questionRequestSchema,
  formRequestSchema,
  urlRequestSchema,
  signInRequestSchema,
  samplingRequestSchema,
]);
export type InputRequest = z.infer<typeof inputRequestSchema>;

const text = z.string().check(z.maxLength(16_000));

/** The call may run. */
export const approvalAnswerSchema = z.object({
  kind: z.literal('approve'),
  scope: approvalScopeSchema,
  /** The arguments as edited: JSON text of an object. Absent: as the model wrote them. */
  input: z.optional(z.string().check(z.maxLength(262_144))),
});

/** What a person answers. `approve` belongs to an approval, `answers` to questions, `accept` and `decline` to all others. */
export const inputAnswerSchema = z.discriminatedUnion('kind', [
  approvalAnswerSchema,
  z.object({ kind: z.literal('deny'), reason: z.optional(text) }),
  z.object({
    kind: z.literal('answers'),
    answers: z
      .array(z.object({ id: z.string().check(z.maxLength(100)), choices: z.array(text).check(z.maxLength(12)), text }))
      .check(z.maxLength(4)),
  }),
  /** `content` is the filled-in form: JSON text of an object. */
  z.object({ kind: z.literal('accept'), content: z.optional(z.string().check(z.maxLength(65_536))) }),
  z.object({ kind: z.literal('decline') }),
]);
export type InputAnswer = z.infer<typeof inputAnswerSchema>;
