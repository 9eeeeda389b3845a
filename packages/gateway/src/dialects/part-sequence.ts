import type { ModelEvent } from '../core/model-event.ts';
import type { Signature } from '../core/model-request.ts';
import { createObjectMeter } from './object-meter.ts';
import type { ObjectMeter } from './object-meter.ts';

type Delta = Extract<ModelEvent, { type: 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'tool-input-delta' }>;
type Signing = Extract<ModelEvent, { type: 'part-signature' }>;
type Source = Extract<ModelEvent, { type: 'source' }>;

/** Events that belong to a part. */
export type PartEvent = Delta | Signing | Source;

export type PartHead =
  | { readonly kind: 'text' | 'refusal' | 'reasoning' }
  | { readonly kind: 'tool-call'; readonly callId: string; readonly name: string };

/** Writes the parts of an answer one after the other; each method returns what is to be sent. */
export interface PartWriter {
  open(head: PartHead): string;
  /** More of the open part; never empty. */
  write(text: string): string;
  /** Signs the open reasoning. */
  sign(event: Signing): string;
  /** The signature of a call that is closed; nothing is open. */
  signCall(callId: string, signature: Signature): string;
  /** A source of the open text. */
  cite(event: Source): string;
  close(): string;
}

export interface PartSequence {
  push(event: PartEvent): string;
  /** Another target begins from nothing: what was held back is void, what was sent stands. */
  restart(): string;
  /** Everything that was held back. */
  end(): string;
}

interface OpenPart {
  readonly part: number;
  readonly head: PartHead;
  /** Whether a call's input is whole. */
  readonly input: ObjectMeter;
}

/**
 * Puts parts in a row for clients that read one at a time: a part closes when the next begins. Where parallel calls
 * interleave, the later ones are held back until the input of the earlier is whole.
 */
export function createPartSequence(writer: PartWriter): PartSequence {
  let open: OpenPart | undefined;
  const closedCalls = new Map<number, string>();
  const closedTexts = new Set<number>();
  const waiting = new Map<number, PartEvent[]>();
  let sources: Source[] = [];
  let signed: { readonly callId: string; readonly signature: Signature }[] = [];

  function close(): string {
    if (!open) return '';
    const { part, head } = open;
    if (head.kind === 'tool-call') closedCalls.set(part, head.callId);
    else closedTexts.add(part);
    open = undefined;
    return writer.close() + signCalls();
  }

  function signCalls(): string {
    if (open) return '';
    const calls = signed;
    signed = [];
    return calls.map(({ callId, signature }) => writer.signCall(callId, signature)).join('');
  }

  function begin(part: number, head: PartHead): string {
    open = { part, head, input: createObjectMeter() };
    closedTexts.delete(part);
    const opened = writer.open(head);
    if (head.kind !== 'text') return opened;
    const early = sources;
    sources = [];
    return opened + early.map((source) => writer.cite(source)).join('');
  }

  function mayClose(): boolean {
    return open?.head.kind !== 'tool-call' || open.input.isWhole;
  }

  function write(delta: Delta): string {
    if (open && delta.type === 'tool-input-delta') open.input.push(delta.text);
    return delta.text === '' ? '' : writer.write(delta.text);
  }

  /** Takes the part that has waited longest, for as long as the open one is whole. */
  function goOn(): string {
    let out = '';
    while (waiting.size > 0 && mayClose()) {
      const [part, events] = waiting.entries().next().value ?? [0, []];
      waiting.delete(part);
      out += events.map((event) => take(event)).join('');
    }
    return out;
  }

  function take(event: PartEvent): string {
    if (event.type === 'part-signature') return sign(event);
    if (event.type === 'source') return cite(event);
    const head = headOf(event);
    if (open?.part === event.part && open.head.kind === head.kind) return write(event);
    return close() + begin(event.part, head) + write(event);
  }

  function sign(event: Signing): string {
    const { part, signature } = event;
    const callId = open?.part === part && open.head.kind === 'tool-call' ? open.head.callId : closedCalls.get(part);
    if (callId !== undefined) {
      if (signature) signed.push({ callId, signature });
      return signCalls();
    }
    if (open?.part === part) return open.head.kind === 'reasoning' ? writer.sign(event) : '';
    // Too late: the part is closed, and a signature without what it signs is none.
    if (closedTexts.has(part)) return '';
    return close() + begin(part, { kind: 'reasoning' }) + writer.sign(event);
  }

  function cite(event: Source): string {
    if (open?.head.kind === 'text') return writer.cite(event);
    sources.push(event);
    return '';
  }

  return {
    push(event) {
      if (event.type === 'source') return cite(event);
      const held = waiting.get(event.part);
      if (held) {
        held.push(event);
        return '';
      }
      const isKnown = open?.part === event.part || closedCalls.has(event.part);
      if (!isKnown && !mayClose()) {
        waiting.set(event.part, [event]);
        return '';
      }
      // What follows a whole input is white space.
      if (event.type === 'tool-input-delta' && closedCalls.has(event.part)) return '';
      return take(event) + goOn();
    },
    restart() {
      waiting.clear();
      sources = [];
      const out = close();
      closedCalls.clear();
      closedTexts.clear();
      return out;
    },
    end() {
      let out = '';
      for (const events of waiting.values()) out += events.map((event) => take(event)).join('');
      waiting.clear();
      return out + close();
    },
  };
}

function headOf(delta: Delta): PartHead {
  switch (delta.type) {
    case 'tool-input-delta':
      return { kind: 'tool-call', callId: delta.callId, name: delta.name };
    case 'text-delta':
      return { kind: 'text' };
    case 'refusal-delta':
      return { kind: 'refusal' };
    case 'reasoning-delta':
      return { kind: 'reasoning' };
    default:
      return delta satisfies never;
  }
}
