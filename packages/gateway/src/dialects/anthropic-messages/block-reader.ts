import type { ModelEvent } from '../../core/model-event.ts';
import type { Writable } from '../../core/writable.ts';
import type { BlockDelta, MessageBlock, MessageCitation } from './stream-event.ts';

type Block =
  | { readonly kind: 'text' | 'ignored'; readonly part: number }
  | { readonly kind: 'thinking'; readonly part: number; signature: string }
  | {
      readonly kind: 'call';
      readonly part: number;
      readonly callId: string;
      readonly name: string;
      /** The input that came with the start, used when no deltas follow. */
      readonly given: string;
      hasInput: boolean;
    };

export interface BlockReader {
  /** `inputText` gives a call's input as it was written, where the start already has one. */
  begin(index: number, block: MessageBlock, inputText: () => string | undefined): ModelEvent[];
  goOn(index: number, delta: BlockDelta): ModelEvent[];
  finish(index: number): ModelEvent[];
  isKnown(index: number): boolean;
  /** The number of a part of its own. */
  nextPart(): number;
  /** How many calls there are. */
  readonly calls: number;
}

/**
 * Reads the content blocks of one answer by their index. Parts are numbered from 0 in the order they begin; blocks of
 * tools that the provider runs itself, and of kinds nobody knows, say nothing.
 */
export function createBlockReader(): BlockReader {
  const blocks = new Map<number, Block>();
  let parts = 0;

  function open(index: number, kind: 'text' | 'thinking'): Block {
    const block: Block = kind === 'text' ? { kind, part: parts } : { kind, part: parts, signature: '' };
    parts += 1;
    blocks.set(index, block);
    return block;
  }

  function sources(citations: readonly (MessageCitation | null | undefined)[]): ModelEvent[] {
    const events: ModelEvent[] = [];
    for (const citation of citations) {
      const url = citation?.url || citation?.source;
      // Without an address there is nothing to point to.
      if (!url) continue;
      const part = parts;
      parts += 1;
      const title = citation?.title || citation?.document_title || url;
      const excerpt = citation?.cited_text ? { excerpt: citation.cited_text } : {};
      events.push({ type: 'source', part, id: `source-${part}`, title, url, ...excerpt });
    }
    return events;
  }

  function think(block: Extract<Block, { kind: 'thinking' }>, text?: string | null, signature?: string | null) {
    const events: ModelEvent[] = [];
    if (text) events.push({ type: 'reasoning-delta', part: block.part, text });
    if (signature) {
      block.signature += signature;
      events.push({
        type: 'part-signature',
        part: block.part,
        signature: { dialect: 'anthropic-messages', value: block.signature },
      });
    }
    return events;
  }

  function beginCall(index: number, { id, name }: MessageBlock, given: string): ModelEvent[] {
    const call = { kind: 'call' as const, part: parts, callId: id || `toolu_${reader.calls}`, name: name ?? '' };
    blocks.set(index, { ...call, given: /^\{\s*\}$/.test(given) ? '{}' : given, hasInput: false });
    parts += 1;
    reader.calls += 1;
    return [{ type: 'tool-input-delta', part: call.part, callId: call.callId, name: call.name, text: '' }];
  }

  const reader: Writable<BlockReader> = {
    calls: 0,
    isKnown: (index) => blocks.has(index),
    nextPart: () => parts++,
    begin(index, block, inputText) {
      switch (block.type) {
        case 'text': {
          const { part } = open(index, 'text');
          const events: ModelEvent[] = block.text ? [{ type: 'text-delta', part, text: block.text }] : [];
          return [...events, ...sources(block.citations ?? [])];
        }
        case 'thinking': {
          const opened = open(index, 'thinking');
          return opened.kind === 'thinking' ? think(opened, block.thinking, block.signature) : [];
        }
        case 'redacted_thinking': {
          blocks.set(index, { kind: 'ignored', part: parts });
          const opaque = { dialect: 'anthropic-messages', value: block.data ?? '' } as const;
          return [{ type: 'part-signature', part: parts++, opaque }];
        }
        case 'tool_use':
          return beginCall(index, block, inputText() ?? '{}');
        default:
          blocks.set(index, { kind: 'ignored', part: -1 });
          return [];
      }
    },
    goOn(index, delta) {
      const kind = delta.type === 'thinking_delta' || delta.type === 'signature_delta' ? 'thinking' : 'text';
      // The line with the start may have been unreadable.
      const isOpener = delta.type === 'text_delta' || kind === 'thinking';
      const block = blocks.get(index) ?? (isOpener ? open(index, kind) : undefined);
      switch (block?.kind) {
        case 'text': {
          const { part } = block;
          if (delta.type === 'text_delta' && delta.text) return [{ type: 'text-delta', part, text: delta.text }];
          return delta.type === 'citations_delta' ? sources([delta.citation]) : [];
        }
        case 'thinking':
          return think(block, delta.thinking, delta.signature);
        case 'call': {
          const { part, callId, name } = block;
          if (delta.type !== 'input_json_delta' || !delta.partial_json) return [];
          block.hasInput = true;
          return [{ type: 'tool-input-delta', part, callId, name, text: delta.partial_json }];
        }
        default:
          return [];
      }
    },
    finish(index) {
      const block = blocks.get(index);
      if (block?.kind !== 'call' || block.hasInput) return [];
      block.hasInput = true;
      const { part, callId, name, given } = block;
      return [{ type: 'tool-input-delta', part, callId, name, text: given }];
    },
  };
  return reader;
}
