import * as z from 'zod/mini';
import { agentRefSchema } from '../entities/agent.ts';
import { answerTraceSchema, stepTraceSchema } from '../entities/answer-trace.ts';
import { callExecutionSchema } from '../entities/code-run.ts';
import { commandIdSchema, generationIdSchema, messageIdSchema, toolResultIdSchema } from '../entities/ids.ts';
import { inputAnswerSchema, inputRequestSchema } from '../entities/input-request.ts';
import { finishReasonSchema } from '../entities/message.ts';
import { attachmentSchema, errorPartSchema, messagePartSchema } from '../entities/message-part.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { toolSourceSchema } from '../entities/tool.ts';
import { usageSchema } from '../entities/usage.ts';

const count = z.int().check(z.nonnegative());

/**
 * `n` numbers the producer's events of one generation from 0 without gaps but before a snapshot, across take-overs;
 * readers use it to drop what they hold already and to notice what they missed. `within` tags what a sub-agent does: the
 * ids of the calls it is inside of, the outermost first; `step` and `part` count in that sub-agent's run then.
 */
const numbered = { n: count, step: count, within: z.optional(z.array(z.string())) };
const delta = { ...numbered, part: count, start: count, text: z.string() };

const generationStartedSchema = z.object({
  type: z.literal('generation-started'),
  ...numbered,
  generationId: generationIdSchema,
  messageId: messageIdSchema,
  at: timestampSchema,
});
/** A model call, or one round of tool calls, begins. */
const stepStartedSchema = z.object({ type: z.literal('step-started'), ...numbered });
/** `part` is the index in the message's parts, `start` the length already there, both counted in UTF-16 units. */
const textDeltaSchema = z.object({ type: z.literal('text-delta'), ...delta });
const reasoningDeltaSchema = z.object({ type: z.literal('reasoning-delta'), ...delta });
/** The arguments of a call as the model writes them; the first delta of a part names the call. */
const toolInputDeltaSchema = z.object({
  type: z.literal('tool-input-delta'),
  ...delta,
  callId: z.string(),
  name: z.string(),
});
/** The arguments are complete. */
const toolCallSchema = z.object({
  type: z.literal('tool-call'),
  ...numbered,
  part: count,
  callId: z.string(),
  name: z.string(),
  input: z.string(),
  title: z.optional(z.string()),
  source: z.optional(toolSourceSchema),
});
/** The call is about to run: from here on it may have had its effect. */
const toolStartedSchema = z.object({ type: z.literal('tool-started'), ...numbered, callId: z.string() });
const toolProgressSchema = z.object({
  type: z.literal('tool-progress'),
  ...numbered,
  callId: z.string(),
  progress: z.number(),
  total: z.optional(z.number()),
  message: z.optional(z.string()),
  /** More of what it prints, and the length that was there before, in UTF-16 units. */
  printed: z.optional(z.object({ start: count, text: z.string() })),
});
const toolResultSchema = z.object({
  type: z.literal('tool-result'),
  ...numbered,
  callId: z.string(),
  output: z.string(),
  failed: z.boolean(),
  /** A person or the policy did not let it run. */
  denied: z.optional(z.boolean()),
  stored: z.optional(z.object({ id: toolResultIdSchema, length: count })),
  attachments: z.optional(z.array(attachmentSchema)),
  execution: z.optional(callExecutionSchema),
});
/** The call waits for its user. */
const inputRequestedSchema = z.object({
  type: z.literal('input-requested'),
  ...numbered,
  callId: z.string(),
  request: inputRequestSchema,
});
/** The first answer to the request that was taken in; later ones change nothing. */
const inputReceivedSchema = z.object({
  type: z.literal('input-received'),
  ...numbered,
  callId: z.string(),
  commandId: commandIdSchema,
  answer: inputAnswerSchema,
});
/** A call asks another agent: its run is told by the events within that call. */
const subAgentStartedSchema = z.object({
  type: z.literal('sub-agent-started'),
  ...numbered,
  callId: z.string(),
  agent: agentRefSchema,
});
/** The steps after this one are another agent's. */
const handedOffSchema = z.object({ type: z.literal('handed-off'), ...numbered, part: count, agent: agentRefSchema });
/** Something the reader should know about how the answer is written. Telling it twice changes nothing. */
const noticeSchema = z.object({ type: z.literal('notice'), ...numbered, text: z.string() });
const sourceSchema = z.object({
  type: z.literal('source'),
  ...numbered,
  part: count,
  id: z.string(),
  title: z.string(),
  url: z.string(),
  excerpt: z.optional(z.string()),
});
/** Tokens of the model call of `step`; a later one for the same attempt replaces it, so it is a total. */
const usageEventSchema = z.object({ type: z.literal('usage'), ...numbered, usage: usageSchema });
/** Also told of a last step that was stopped or failed, where it has a trace. */
const stepFinishedSchema = z.object({
  type: z.literal('step-finished'),
  ...numbered,
  /** Of this step or of the model call before it; a later one for the same step replaces it. */
  trace: z.optional(stepTraceSchema),
});
/** The producer died and another one does `step` again: parts of that step so far are dropped. */
const stepRestartedSchema = z.object({
  type: z.literal('step-restarted'),
  ...numbered,
  attempt: z.int().check(z.positive()),
});
const titleEventSchema = z.object({ type: z.literal('title'), ...numbered, title: z.string() });
/** What the user asked for in `steer-requested` has been taken in, as the part of that index, before `step` goes on. */
const steerReceivedSchema = z.object({
  type: z.literal('steer-received'),
  ...numbered,
  part: count,
  commandId: commandIdSchema,
  text: z.string(),
});
/**
 * The whole answer so far, in place of all events before it: the first entry of a log that was lost and made anew. Its
 * `n` may be greater than their number, so that no reader has more; every reader takes it as it is.
 */
const snapshotSchema = z.object({
  type: z.literal('snapshot'),
  ...numbered,
  parts: z.array(messagePartSchema),
  usage: z.optional(usageSchema),
  trace: z.optional(answerTraceSchema),
  attempt: z.int().check(z.positive()),
});
/** The last event of every log. `textLength` and `textHash` (see `hashText`) let a reader prove what it shows. */
const generationFinishedSchema = z.object({
  type: z.literal('generation-finished'),
  ...numbered,
  status: z.enum(['done', 'stopped', 'failed']),
  finishReason: finishReasonSchema,
  error: z.optional(errorPartSchema),
  textLength: count,
  textHash: z.string(),
  at: timestampSchema,
});

/** Written by another hand than the producer's, hence without a number. Idempotent by `commandId`. */
const stopRequestedSchema = z.object({
  type: z.literal('stop-requested'),
  commandId: z.string(),
  at: timestampSchema,
});

/** Text for the model to read before its next step. Written by another hand; `steer-received` says it was taken in. */
const steerRequestedSchema = z.object({
  type: z.literal('steer-requested'),
  commandId: commandIdSchema,
  text: z.string(),
  at: timestampSchema,
});

/** A person's answer to `input-requested`. Written by another hand; `input-received` says it was taken in. */
const inputGivenSchema = z.object({
  type: z.literal('input-given'),
  commandId: commandIdSchema,
  callId: z.string(),
  answer: inputAnswerSchema,
  at: timestampSchema,
});

/** One fact about a generation, in order. */
export const generationEventSchema = z.discriminatedUnion('type', [
  generationStartedSchema,
  stepStartedSchema,
  textDeltaSchema,
  reasoningDeltaSchema,
  toolInputDeltaSchema,
  toolCallSchema,
  toolStartedSchema,
  toolProgressSchema,
  toolResultSchema,
  inputRequestedSchema,
  inputReceivedSchema,
  subAgentStartedSchema,
  handedOffSchema,
  noticeSchema,
  sourceSchema,
  usageEventSchema,
  stepFinishedSchema,
  stepRestartedSchema,
  titleEventSchema,
  steerReceivedSchema,
  snapshotSchema,
  generationFinishedSchema,
  stopRequestedSchema,
  steerRequestedSchema,
  inputGivenSchema,
]);
export type GenerationEvent = z.infer<typeof generationEventSchema>;
export type ProducerEvent = Extract<GenerationEvent, { n: number }>;
type WithoutNumber<E> = E extends unknown ? Omit<E, 'n'> : never;
/** An event before its writer gives it a number. */
export type NewEvent = WithoutNumber<ProducerEvent>;
export type GenerationFinished = z.infer<typeof generationFinishedSchema>;
