import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelled, GatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { claimRecording, untilBegun } from './claim-recording.ts';
import type { Claim } from './claim-recording.ts';
import type { EventPlace } from './event-id.ts';
import { createFellowGateways } from './fellow-gateways.ts';
import type { Notice } from './fellow-gateways.ts';
import { createLiveCall } from './live-call.ts';
import type { LiveCall } from './live-call.ts';
import { findRecording, followRecording, outOfReach } from './read-recording.ts';
import type { FoundRecording, RecordingNews } from './read-recording.ts';
import { createRecorder } from './recorder.ts';
import { createRecordingUpkeep } from './recording-upkeep.ts';
import { cannotContinue, checkRecording, digestOf, logIdOf, placeOf } from './recording-key.ts';
import type { RecordingStore } from './recording-log.ts';

export interface RecordingSettings {
  /** Milliseconds that a call goes on without any reader. */
  readonly graceMs: number;
  /** Milliseconds that a whole recording is kept after its end. */
  readonly lifeMs: number;
  /** Most characters of one recording; a longer answer goes on unrecorded. */
  readonly maxLength: number;
}

export interface RecordingsOptions extends RecordingSettings {
  readonly store: RecordingStore;
  readonly log: GatewayLog;
}

export interface AttachRequest {
  /** Whose key it is: recordings of different callers never meet. */
  readonly caller: string;
  readonly key: string;
  /** Absent: only an answer that is there already is read, whatever was asked. */
  readonly body?: Uint8Array;
  readonly lastEventId: string | undefined;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

/** What a recorded answer tells its reader, in order. */
export type Replay = AsyncGenerator<RecordingNews, void, undefined>;

/** A call to make and to read, or a recording to read. `rest` reads a call's recording after an event. */
export type Attachment =
  | { readonly type: 'new'; readonly call: LiveCall; rest(after: number, signal: AbortSignal): Replay }
  | { readonly type: 'replayed'; readonly events: Replay };

export interface Recordings {
  /**
   * Finds the call of a key, or makes a place for it. Undefined when recordings cannot be reached: then the call goes
   * unrecorded. Throws `bad-request` (key or `Last-Event-ID`), `idempotency-mismatch`, `recording-lost`, and without a
   * body `not-found`.
   */
  attach(request: AttachRequest): Promise<Attachment | undefined>;
  /** Ends the call of a key, wherever it runs, and drops the recording. Harmless when there is none. */
  cancel(caller: string, key: string): Promise<void>;
  /** Ends every call and resolves when their recordings are settled, within seconds. */
  close(): Promise<void>;
}

const localGatherMs = 40;
/** In a shared store every append is a command over a network; those who follow can wait that long. */
const sharedGatherMs = 200;
/** However many calls there are, a thousand appends a second are enough. */
const gatherMsPerCall = 1;
const attendMs = 10_000;
/** Long enough to know of any process whether it lives, while the store can be reached. */
const verdictMs = 15_000;
const closeMs = 3_000;
const beginMs = 3_000;
const mostTries = 5;

function nothingRecorded(): GatewayError {
  return new GatewayError('not-found', { message: 'No answer is recorded under this key.' });
}

/** Keeps the answers of a gateway under their idempotency keys. */
export function createRecordings({ store, log: logger, graceMs, lifeMs, maxLength }: RecordingsOptions): Recordings {
  const { log, isShared } = store;
  const owner = randomUUID();
  const closing = new AbortController();
  const calls = new Map<string, LiveCall>();
  const turns = new Map<string, Promise<unknown>>();
  const warn = (err: unknown, message: string): void => logger.warn({ err }, message);
  const onError = (error: unknown): void => warn(error, 'Recordings are out of reach');
  const fellows = isShared ? createFellowGateways({ log, owner, onNotice: heed, onError }) : undefined;
  const upkeep = createRecordingUpkeep({
    store,
    owner,
    lifeMs,
    live: calls,
    inTurn,
    onError,
    closing: closing.signal,
  });

  function heed({ type, attempt }: Notice): void {
    const call = [...calls.values()].find((candidate) => candidate.attempt === attempt);
    if (type === 'cancel') call?.cancel();
    else call?.attended();
  }

  /** One decision about a log at a time within this process. */
  async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = turns.get(id);
    const mine = before === undefined ? work() : before.then(work, work);
    turns.set(id, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(id) === mine) turns.delete(id);
    }
  }

  async function decide(id: string, request: AttachRequest, place: EventPlace | undefined): Promise<Attachment> {
    const { signal } = request;
    const body = request.body && digestOf(request.body);
    const after = place?.number ?? 0;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const live = calls.get(id);
      const found = live === undefined ? await find(id, signal) : undefined;
      if (live?.isVoid === true) {
        await live.over;
        continue;
      }
      if (live !== undefined) {
        checkRecording(live, body ?? live.body, place);
        return { type: 'replayed', events: followLive(id, live, after, signal) };
      }
      if (typeof found === 'object' && (await isReadable(found, signal))) {
        const last = found.end === undefined ? undefined : found.last;
        checkRecording({ ...found.start, last }, body ?? found.start.body, place);
        return { type: 'replayed', events: followFound(id, found, after, signal) };
      }
      if (place !== undefined) throw cannotContinue();
      if (body === undefined) throw nothingRecorded();
      const claim = await claimRecording({ log, id, found, owner, body });
      if (claim !== undefined) return begin(id, body, claim);
    }
    throw new GatewayError('overloaded', { message: 'Too many requests use this idempotency key at once.' });
  }

  /** One who made a log is about to begin in it, unless it died in that moment. */
  async function find(id: string, signal: AbortSignal): Promise<FoundRecording | 'empty' | undefined> {
    const found = await findRecording(log, id);
    if (found !== 'empty') return found;
    await untilBegun(log, id, AbortSignal.any([signal, AbortSignal.timeout(beginMs)]));
    return findRecording(log, id);
  }

  /** Whether a recording is whole, or being written by a process that lives. */
  async function isReadable({ start, end }: FoundRecording, signal: AbortSignal): Promise<boolean> {
    if (end !== undefined) return end.outcome === 'complete';
    if (start.owner === owner || fellows === undefined) return false;
    const isAlive = await fellows.isAlive(start.owner, AbortSignal.any([signal, AbortSignal.timeout(verdictMs)]));
    if (signal.aborted) throw cancelled(signal.reason);
    return isAlive;
  }

  function begin(id: string, body: string, { attempt, producer, from }: Claim): Attachment {
    upkeep.begun(id);
    const gatherMs = (): number => Math.max(isShared ? sharedGatherMs : localGatherMs, calls.size * gatherMsPerCall);
    const onLost = (reason: unknown): void => {
      warn(reason, 'The rest of an answer is not recorded');
      if (calls.get(id) === call) calls.delete(id);
      call.recordingLost();
      void upkeep.abandon(id, attempt, reason);
    };
    const recorder = createRecorder({ log, id, producer, gatherMs, seals: isShared, maxLength, onLost });
    const call = createLiveCall({ attempt, body, from, recorder, graceMs, closing: closing.signal });
    calls.set(id, call);
    void forgetWhenOver(id, call);
    return { type: 'new', call, rest: (after, signal) => readLive(id, call, after, signal) };
  }

  async function forgetWhenOver(id: string, call: LiveCall): Promise<void> {
    const outcome = await call.over;
    if (calls.get(id) === call) calls.delete(id);
    if (closing.signal.aborted) return;
    if (outcome === 'complete') upkeep.keep(id);
    else upkeep.removeLater(id);
  }

  function readLive(id: string, { attempt, from, lost }: LiveCall, after: number, signal: AbortSignal): Replay {
    return followRecording({ log, id, attempt, from, after, signal, lost });
  }

  async function* followLive(id: string, call: LiveCall, after: number, signal: AbortSignal): Replay {
    const leave = call.join();
    try {
      yield* readLive(id, call, after, signal);
    } finally {
      leave();
    }
  }

  async function* followFound(id: string, found: FoundRecording, after: number, signal: AbortSignal): Replay {
    const { start, from, end } = found;
    const { attempt } = start;
    const done = new AbortController();
    const lost = new AbortController();
    let attending: NodeJS.Timeout | undefined;
    if (end === undefined && fellows !== undefined) {
      void fellows.untilDead(start.owner, done.signal).then((isDead) => isDead && lost.abort());
      const tell = (): void => void fellows.tell({ type: 'attended', attempt }).catch(onError);
      tell();
      attending = setInterval(tell, Math.min(attendMs, graceMs / 3)).unref();
    }
    try {
      yield* followRecording({ log, id, attempt, from, after, signal, lost: lost.signal });
    } finally {
      done.abort();
      clearInterval(attending);
    }
  }

  async function cancelElsewhere(id: string): Promise<void> {
    const found = await findRecording(log, id);
    if (found === undefined) return;
    const { start, end } = found === 'empty' ? { start: undefined, end: undefined } : found;
    const mayLive = start !== undefined && end === undefined && start.owner !== owner && fellows !== undefined;
    if (mayLive) {
      await fellows.tell({ type: 'cancel', attempt: start.attempt });
      void upkeep.removeIfOrphaned(id, start, fellows);
    } else await log.remove(id);
  }

  return {
    async attach(request) {
      const id = logIdOf(request.caller, request.key);
      const place = placeOf(request.lastEventId, id);
      try {
        return await inTurn(id, () => decide(id, request, place));
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        warn(error, 'An answer is not recorded');
        if (place === undefined) return undefined;
        throw outOfReach(error);
      }
    },
    cancel(caller, key) {
      const id = logIdOf(caller, key);
      return inTurn(id, async () => {
        const live = calls.get(id);
        live?.cancel();
        try {
          // One that was over just then has been kept.
          if (live === undefined || (await live.over) === 'complete') await cancelElsewhere(id);
        } catch (error) {
          throw outOfReach(error);
        }
      });
    },
    async close() {
      const open = [...calls];
      closing.abort(cancelled());
      const settle = async (): Promise<void> => {
        await Promise.all(open.map(([, { over }]) => over));
        await upkeep.finish(open.map(([id]) => id));
        await fellows?.stop();
      };
      await Promise.race([settle(), delay(closeMs, undefined, { ref: false })]);
    },
  };
}
