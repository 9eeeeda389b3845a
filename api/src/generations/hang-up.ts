import type { Logger } from 'pino';
import type { ResolvedModel } from '../models/model-service.ts';

/** Milliseconds. */
const deadline = 2_000;

/** Tells a provider that nobody wants the answer any more that it records. A failure is logged: it will find out. */
export async function hangUp(
  { strategy, target }: ResolvedModel,
  idempotencyKey: string,
  logger: Logger,
): Promise<void> {
  try {
    await strategy.cancel?.(idempotencyKey, target, AbortSignal.timeout(deadline));
  } catch (error) {
    logger.warn({ err: error }, 'A stopped answer could not be cancelled at its provider');
  }
}
