import type { MessagePart } from '@parley/contracts';

/** The parts of an answer that goes on from another one: the text that goes on is one with the text before it. */
export function joinTexts(parts: readonly MessagePart[]): readonly MessagePart[] {
  return parts.reduce<MessagePart[]>((joined, part) => {
    const last = joined.at(-1);
    if (part.type !== 'text' || last?.type !== 'text') return [...joined, part];
    return [...joined.slice(0, -1), { ...last, text: last.text + part.text }];
  }, []);
}
