import type { ModelEvent } from '../core/model-event.ts';

/** What a reader got of an answer that broke off. */
export interface Delivered {
  readonly text: string;
  readonly hasReasoning: boolean;
  readonly hasRefusal: boolean;
  readonly hasTools: boolean;
  readonly hasSources: boolean;
  /** The part that text goes on with, where text came last. */
  readonly textPart: number | undefined;
  /** The first part number that was not used. */
  readonly nextPart: number;
}

export interface DeliveredAnswer {
  note(batch: readonly ModelEvent[]): void;
  /** Undefined when it was too much to be kept, or cannot be read. */
  read(): Delivered | undefined;
  /** Another answer takes its place. */
  clear(): void;
}

/** Reads the client's own bytes back into events; undefined when nobody here can. */
export type WireReader = (bytes: Buffer) => readonly ModelEvent[] | undefined;

/** Bytes and characters that are kept of one answer. */
const limit = 1024 * 1024;

/** Keeps what was sent of an answer. Bytes are only kept; they are read when somebody asks. */
export function createDeliveredAnswer(readWire: WireReader): DeliveredAnswer {
  let wire: Buffer[] = [];
  let size = 0;
  let isUnreadable = false;
  let texts: string[] = [];
  let hasReasoning = false;
  let hasRefusal = false;
  let hasTools = false;
  let hasSources = false;
  let textPart: number | undefined;
  let nextPart = 0;

  function add(event: ModelEvent): void {
    switch (event.type) {
      case 'text-delta':
        texts.push(event.text);
        size += event.text.length;
        textPart = event.part;
        break;
      case 'reasoning-delta':
        hasReasoning = true;
        textPart = undefined;
        break;
      case 'refusal-delta':
        hasRefusal = true;
        textPart = undefined;
        break;
      case 'part-signature':
        break;
      case 'tool-input-delta':
        hasTools = true;
        textPart = undefined;
        break;
      case 'source':
        hasSources = true;
        break;
      case 'wire':
        wire.push(event.bytes);
        size += event.bytes.length;
        break;
      case 'answer-start':
      case 'usage':
      case 'recovery':
      case 'finish':
      case 'failure':
        return;
      default:
        event satisfies never;
    }
    if ('part' in event) nextPart = Math.max(nextPart, event.part + 1);
    if (size <= limit) return;
    isUnreadable = true;
    wire = [];
    texts = [];
  }

  function readBack(): void {
    if (wire.length === 0) return;
    const events = readWire(Buffer.concat(wire));
    wire = [];
    size = 0;
    if (events === undefined) isUnreadable = true;
    else for (const event of events) add(event);
  }

  return {
    note(batch) {
      if (!isUnreadable) for (const event of batch) add(event);
    },
    read() {
      readBack();
      if (isUnreadable) return undefined;
      return { text: texts.join(''), hasReasoning, hasRefusal, hasTools, hasSources, textPart, nextPart };
    },
    clear() {
      readBack();
      texts = [];
      size = 0;
      hasReasoning = false;
      hasRefusal = false;
      hasTools = false;
      hasSources = false;
      textPart = undefined;
    },
  };
}
