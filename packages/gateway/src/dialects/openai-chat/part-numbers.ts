import type { Writable } from '../../core/writable.ts';

interface KnownCall {
  readonly part: number;
  readonly callId: string;
  readonly name: string;
}

export interface PartNumbers {
  /** The part that text or reasoning goes on with; a change of kind begins a new part, so that their order is kept. */
  of(kind: 'text' | 'reasoning' | 'refusal'): number;
  /** The call at the vendor's `index`; undefined while its name is not known. */
  ofCall(index: number, id: string | undefined, name: string | undefined): KnownCall | undefined;
  /** The part that was last thought in. */
  readonly lastReasoning: number | undefined;
  /** The part of a call by its id. */
  partOfCall(callId: string): number | undefined;
  /** A part of its own. */
  next(): number;
  /** How many calls there are. */
  readonly calls: number;
}

/** Numbers the parts of one answer from 0 in the order they begin. */
export function createPartNumbers(): PartNumbers {
  let count = 0;
  let running: { kind: 'text' | 'reasoning' | 'refusal'; part: number } | undefined;
  // Most answers call nothing.
  let callsByIndex: Map<number, KnownCall> | undefined;
  let partsById: Map<string, number> | undefined;

  const numbers: Writable<PartNumbers> = {
    calls: 0,
    lastReasoning: undefined,
    next: () => count++,
    partOfCall: (callId) => partsById?.get(callId),
    of(kind) {
      if (running?.kind !== kind) running = { kind, part: count++ };
      if (kind === 'reasoning') numbers.lastReasoning = running.part;
      return running.part;
    },
    ofCall(index, id, name) {
      const held = callsByIndex?.get(index);
      // Some servers give every parallel call the same index; a new id tells them apart.
      if (held && (id === undefined || id === held.callId)) return held;
      if (name === undefined) return held;
      running = undefined;
      const call = { part: count++, callId: id ?? `call_${numbers.calls}`, name };
      numbers.calls += 1;
      (callsByIndex ??= new Map()).set(index, call);
      (partsById ??= new Map()).set(call.callId, call.part);
      return call;
    },
  };
  return numbers;
}
