import type { Literal } from '../../bson/build-document.ts';
import { namespaceIn, type Reply, type Request } from '../../commands/command.ts';
import { CommandError, inContext } from '../command-error.ts';
import { DURING_GET_MORE, type LiveBatch, type LiveSource } from './cursors.ts';
import type { Signal } from '../signal.ts';

/** How long a getMore waits when the client names no time (MongoDB's default for awaitData). */
const AWAIT_MILLISECONDS = 1_000;

/** The live source a getMore asks for, or undefined when it is an ordinary cursor's or another command. */
export function liveSourceOf(request: Request): LiveSource | undefined {
  const id = request.name === 'getMore' ? request.body.get('getMore') : undefined;
  if (typeof id !== 'bigint') return undefined;
  const namespace = namespaceIn(request.database, request.arguments.text('collection'));
  return request.cursors.live(id, namespace, request.owner);
}

/**
 * Answers a getMore on a live cursor: at once with what is there, else after the next change that concerns it or when
 * its time is over. Nothing is held while it waits; `isWanted` says whether somebody still listens.
 */
export async function moreLive(
  request: Request,
  source: LiveSource,
  { changed, isWanted }: { changed: Signal; isWanted: () => boolean },
): Promise<Reply> {
  const id = request.body.get('getMore');
  if (typeof id !== 'bigint')
    throw new CommandError('TypeMismatch', "BSON field 'getMore.getMore' must be of type long");
  const namespace = `${request.database}.${request.arguments.text('collection')}`;
  const size = request.arguments.count('batchSize') ?? 0;
  if (!source.isAwaiting && request.arguments.value('maxTimeMS') !== undefined) {
    throw new CommandError('BadValue', 'cannot set maxTimeMS on getMore command for a non-awaitData cursor');
  }
  const deadline = Date.now() + (request.arguments.count('maxTimeMS') ?? AWAIT_MILLISECONDS);
  for (;;) {
    const batch = takeFrom(request, id, source, size === 0 ? Number.POSITIVE_INFINITY : size);
    const left = deadline - Date.now();
    if (batch.documents.length > 0 || batch.isOver || !source.isAwaiting || left <= 0 || !isWanted()) {
      if (batch.isOver) request.cursors.kill(id);
      return liveReply(namespace, 'nextBatch', batch.isOver ? 0n : id, batch);
    }
    await changed.wait(left);
    if (!request.cursors.has(id)) {
      throw new CommandError('CursorKilled', `operation was interrupted because cursor ${String(id)} was killed`);
    }
  }
}

function takeFrom(request: Request, id: bigint, source: LiveSource, size: number): LiveBatch {
  try {
    return inContext(DURING_GET_MORE, () => source.take(size));
  } catch (error) {
    request.cursors.kill(id);
    throw error;
  }
}

/** The reply of a command that opened or read a live cursor. */
export function liveReply(
  namespace: string,
  batchName: 'firstBatch' | 'nextBatch',
  id: bigint,
  { documents, postBatchResumeToken }: LiveBatch,
): Reply {
  const cursor: Record<string, Literal> = { [batchName]: documents, id, ns: namespace };
  if (postBatchResumeToken !== undefined) cursor['postBatchResumeToken'] = postBatchResumeToken;
  return { cursor };
}
