import { type GenerationEvent, generationEventSchema } from '@parley/contracts';
import * as z from 'zod/mini';

const numberedSchema = z.object({ n: z.int(), step: z.int(), within: z.optional(z.array(z.string())) });

/**
 * An entry of a generation's log. An entry of a type this build does not know still counts: it becomes an event
 * without effect, because leaving out its number would look like a gap. `undefined` for anything else.
 */
export function parseEvent(value: unknown): GenerationEvent | undefined {
  const known = generationEventSchema.safeParse(value);
  if (known.success) return known.data;
  const numbered = numberedSchema.safeParse(value);
  return numbered.success ? { type: 'step-finished', ...numbered.data } : undefined;
}
