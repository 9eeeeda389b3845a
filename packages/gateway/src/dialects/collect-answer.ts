import type { ModelEvent, ModelFinishReason, ModelUsage } from '../core/model-event.ts';
import type { Signature } from '../core/model-request.ts';

export type CollectedSource = Extract<ModelEvent, { type: 'source' }>;

/** One part of a whole answer. Sources belong to the text they followed. */
export type CollectedPart =
  | { readonly kind: 'text'; text: string; readonly sources: CollectedSource[]; signature?: Signature }
  | { readonly kind: 'refusal'; text: string }
  | { readonly kind: 'reasoning'; text: string; signature?: Signature; opaque?: Signature }
  | {
      readonly kind: 'tool-call';
      readonly callId: string;
      readonly name: string;
      input: string;
      signature?: Signature;
    };

export interface CollectedAnswer {
  id: string;
  /** In the order they began. */
  parts: CollectedPart[];
  usage?: ModelUsage;
  reason: ModelFinishReason;
  stopSequence?: string;
}

export interface AnswerCollector {
  readonly push: (event: ModelEvent) => void;
  readonly answer: CollectedAnswer;
}

/** Puts the events of one answer together. A `failure` is thrown; what a restart made void is forgotten. */
export function createAnswerCollector(): AnswerCollector {
  const answer: CollectedAnswer = { id: '', parts: [], reason: 'stop' };
  const byPart = new Map<number, CollectedPart>();
  let orphans: CollectedSource[] = [];

  function add(part: number, made: CollectedPart): CollectedPart {
    byPart.set(part, made);
    answer.parts.push(made);
    return made;
  }

  function text(part: number, kind: 'text' | 'refusal' | 'reasoning', more: string): void {
    const held = byPart.get(part);
    if (held?.kind === kind) held.text += more;
    else if (kind === 'text') {
      add(part, { kind, text: more, sources: orphans });
      orphans = [];
    } else add(part, { kind, text: more });
  }

  function sign({ part, signature, opaque }: Extract<ModelEvent, { type: 'part-signature' }>): void {
    const held = byPart.get(part) ?? add(part, { kind: 'reasoning', text: '' });
    if (held.kind === 'reasoning') {
      if (signature) held.signature = signature;
      if (opaque) held.opaque = opaque;
    } else if (held.kind !== 'refusal' && signature) held.signature = signature;
  }

  function restart(): void {
    answer.parts = [];
    byPart.clear();
    orphans = [];
  }

  return {
    answer,
    push(event) {
      switch (event.type) {
        case 'answer-start':
          answer.id ||= event.id;
          break;
        case 'text-delta':
          text(event.part, 'text', event.text);
          break;
        case 'refusal-delta':
          text(event.part, 'refusal', event.text);
          break;
        case 'reasoning-delta':
          text(event.part, 'reasoning', event.text);
          break;
        case 'tool-input-delta': {
          const held = byPart.get(event.part);
          const { callId, name, text: input } = event;
          if (held?.kind === 'tool-call') held.input += input;
          else add(event.part, { kind: 'tool-call', callId, name, input });
          break;
        }
        case 'part-signature':
          sign(event);
          break;
        case 'source': {
          const last = answer.parts.findLast((part) => part.kind === 'text');
          (last?.kind === 'text' ? last.sources : orphans).push(event);
          break;
        }
        case 'usage':
          answer.usage = event.usage;
          break;
        case 'recovery':
          if (event.mode === 'restarted') restart();
          break;
        case 'finish':
          answer.reason = event.reason;
          if (event.stopSequence !== undefined) answer.stopSequence = event.stopSequence;
          break;
        case 'failure':
          throw event.error;
        case 'wire':
          break;
        default:
          event satisfies never;
      }
    },
  };
}

/** The whole answer of `events`. A `failure` is thrown. */
export async function collectAnswer(events: AsyncIterable<ModelEvent>): Promise<CollectedAnswer> {
  const { push, answer } = createAnswerCollector();
  for await (const event of events) push(event);
  return answer;
}
