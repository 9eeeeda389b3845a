interface KnownCall {
  readonly part: number;
  readonly callId: string;
  readonly name: string;
}

export interface PartNumbers {
  /** The part that text or reasoning goes on with; a change of kind begins a new part, so that their order is kept. */
  of(kind: 'text' | 'reasoning'): number;
  /** The call at the vendor's `index`; undefined while its name is not known. */
  ofCall(index: number, id: string | undefined, name: string | undefined): KnownCall | undefined;
  /** A part of its own. */
  next(): number;
  /** How many calls there are. */
  readonly calls: number;
}

/** Numbers the parts of one answer from 0 in the order they begin. */
export function createPartNumbers(): PartNumbers {
  let count = 0;
  let running: { kind: 'text' | 'reasoning'; part: number } | undefined;
  const callsByIndex = new Map<number, KnownCall>();
  let calls = 0;

  return {
    get calls() {
      return calls;
    },
    next: () => count++,
    of(kind) {
      if (running?.kind !== kind) running = { kind, part: count++ };
      return running.part;
    },
    ofCall(index, id, name) {
      const held = callsByIndex.get(index);
      // Some servers give every parallel call the same index; a new id tells them apart.
      if (held && (id === undefined || id === held.callId)) return held;
      if (name === undefined) return held;
      running = undefined;
      const call = { part: count++, callId: id ?? `call_${calls}`, name };
      calls += 1;
      callsByIndex.set(index, call);
      return call;
    },
  };
}
