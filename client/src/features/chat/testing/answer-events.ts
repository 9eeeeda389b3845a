import { hashText } from '@parley/contracts';
import type { GenerationEvent } from '@parley/contracts';

const at = '2026-11-20T10:00:00.000Z';

/** The log of an answer that is only text, in the given deltas, with its end. */
export function answerEvents(
  deltas: readonly string[],
  end: 'done' | 'stopped' | 'failed' = 'done',
): GenerationEvent[] {
  let start = 0;
  const text = deltas.join('');
  const written = deltas.map((delta, index): GenerationEvent => {
    const event = { type: 'text-delta' as const, n: index, step: 0, part: 0, start, text: delta };
    start += delta.length;
    return event;
  });
  return [
    ...written,
    {
      type: 'generation-finished',
      n: deltas.length,
      step: 0,
      status: end,
      finishReason: end === 'done' ? 'stop' : end === 'stopped' ? 'stopped' : 'error',
      ...(end === 'failed'
        ? {
            error: {
              type: 'error' as const,
              code: 'upstream-cut' as const,
              title: 'The connection to the model’s provider broke off',
            },
          }
        : {}),
      textLength: text.length,
      textHash: hashText(text),
      at,
    },
  ];
}
