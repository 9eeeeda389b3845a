import { randomBytes } from 'node:crypto';
import type { RecordingBatch, RecordingEntry, RecordingLog, RecordingProducer } from './recording-log.ts';
import { untilWoken } from './until-woken.ts';

export interface MemoryRecordingLogOptions {
  /** Most bytes of all recordings together, 64 MiB unless told. The oldest ended ones make room for new ones. */
  readonly maxBytes?: number;
}

interface Log {
  readonly incarnation: string;
  readonly entries: RecordingEntry[];
  readonly producers: Map<string, { epoch: number; nextSeq: number }>;
  readonly waiting: Set<() => void>;
  bytes: number;
  closedAt: number | undefined;
  isRemoved: boolean;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const batchLength = 1_000;

class MemoryLogError extends Error {
  override readonly name = 'MemoryLogError';
  readonly code: string;

  constructor(code: string) {
    super(`The recording in memory: ${code}`);
    this.code = code;
  }
}

/** Recordings in the memory of this process: gone with it, and bounded. An append beyond the bound throws `full`. */
export function createMemoryRecordingLog({ maxBytes = defaultMaxBytes }: MemoryRecordingLogOptions = {}): RecordingLog {
  const logs = new Map<string, Log>();
  let total = 0;

  function find(id: string): Log {
    const log = logs.get(id);
    if (log === undefined) throw new MemoryLogError('missing');
    return log;
  }

  function drop(id: string): void {
    const log = logs.get(id);
    if (log === undefined) return;
    logs.delete(id);
    total -= log.bytes;
    log.isRemoved = true;
    wake(log);
  }

  function makeRoom(bytes: number): void {
    for (const [id, log] of logs) {
      if (total + bytes <= maxBytes) return;
      if (isOver(log)) drop(id);
    }
    if (total + bytes > maxBytes) throw new MemoryLogError('full');
  }

  function write(id: string, { id: name, epoch }: RecordingProducer, seq: number, entries: readonly RecordingEntry[]) {
    const log = find(id);
    const known = log.producers.get(name);
    if (known !== undefined && epoch < known.epoch) throw new MemoryLogError('fenced');
    const expected = known?.epoch === epoch ? known.nextSeq : 0;
    if (seq < expected) return log;
    if (log.closedAt !== undefined) throw new MemoryLogError('closed');
    if (seq > expected) throw new MemoryLogError('sequence-gap');
    const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    makeRoom(bytes);
    log.producers.set(name, { epoch, nextSeq: seq + 1 });
    log.entries.push(...entries);
    log.bytes += bytes;
    total += bytes;
    wake(log);
    return log;
  }

  function readBatch(id: string, after: string): RecordingBatch {
    const log = find(id);
    const [incarnation, position] = after.split('_');
    const start = after === '-1' ? 0 : Number(position);
    if (after !== '-1' && (incarnation !== log.incarnation || !(start <= log.entries.length))) {
      throw new MemoryLogError('invalid-offset');
    }
    const end = Math.min(start + batchLength, log.entries.length);
    const upToDate = end === log.entries.length;
    return {
      entries: log.entries.slice(start, end),
      next: offsetOf(log, end),
      upToDate,
      closed: upToDate && log.closedAt !== undefined,
    };
  }

  return {
    async open(id, { id: name, epoch }) {
      const found = logs.get(id);
      const log = found ?? newLog();
      logs.set(id, log);
      const known = log.producers.get(name);
      if (known !== undefined && known.epoch > epoch) throw new MemoryLogError('fenced');
      if (known?.epoch !== epoch) log.producers.set(name, { epoch, nextSeq: 0 });
      return found === undefined ? 'opened' : 'exists';
    },
    async append(id, producer, seq, entries) {
      const log = write(id, producer, seq, entries);
      return offsetOf(log, log.entries.length);
    },
    async close(id, producer, seq, entries) {
      const log = write(id, producer, seq, entries);
      log.closedAt ??= Date.now();
      wake(log);
      return offsetOf(log, log.entries.length);
    },
    read: async (id, after) => readBatch(id, after),
    async *follow(id, after, signal) {
      let reached = after;
      while (!signal.aborted) {
        const log = find(id);
        const batch = readBatch(id, reached);
        if (batch.entries.length > 0 || batch.closed || reached === after) yield batch;
        if (batch.closed) return;
        const isCaughtUp = batch.next === offsetOf(log, log.entries.length) && log.closedAt === undefined;
        reached = batch.next;
        if (isCaughtUp && !log.isRemoved) await untilWoken(log.waiting, signal);
      }
    },
    async remove(id) {
      drop(id);
    },
    async removeClosedBefore(moment) {
      const old = [...logs].filter(([, { closedAt }]) => closedAt !== undefined && closedAt < moment.getTime());
      for (const [id] of old) drop(id);
      return old.length;
    },
  };
}

function newLog(): Log {
  return {
    incarnation: randomBytes(4).toString('hex'),
    entries: [],
    producers: new Map(),
    waiting: new Set(),
    bytes: 0,
    closedAt: undefined,
    isRemoved: false,
  };
}

function isOver({ closedAt, entries }: Log): boolean {
  return closedAt !== undefined || entries.at(-1)?.type === 'end';
}

function offsetOf({ incarnation }: Log, position: number): string {
  return `${incarnation}_${position}`;
}

/** About what an entry takes: its text, with a constant for the rest. */
function sizeOf(entry: RecordingEntry): number {
  return 100 + (entry.type === 'events' ? entry.events.reduce((sum, event) => sum + event.length, 0) : 0);
}

function wake({ waiting }: Log): void {
  for (const resume of waiting) resume();
}
