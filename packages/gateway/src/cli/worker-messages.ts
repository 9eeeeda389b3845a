import * as z from 'zod/mini';

/** What the processes of one gateway tell each other. */
const messageSchema = z.discriminatedUnion('parley', [
  /** Read the configuration anew. */
  z.object({ parley: z.literal('reload') }),
  /** Tell me your metrics; `id` comes back with them. */
  z.object({ parley: z.literal('ask-metrics'), id: z.string() }),
  /** The metrics of one worker, or of all others for the one that asked. */
  z.object({ parley: z.literal('metrics'), id: z.string(), texts: z.array(z.string()) }),
]);

export type WorkerMessage = z.infer<typeof messageSchema>;

/** Undefined for messages that are none of ours. */
export function readWorkerMessage(message: unknown): WorkerMessage | undefined {
  return messageSchema.safeParse(message).data;
}
