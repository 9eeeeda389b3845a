import type { MessagePart } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { callOf } from '../testing/tool-calls.ts';
import { messageId } from '../testing/messages.ts';
import { answerMarkdown } from './answer-markdown.ts';

const text = (words: string, step = 0): MessagePart => ({ type: 'text', step, text: words });

describe('an answer as Markdown', () => {
  it('is its source, whatever its marks', () => {
    expect(answerMarkdown({ parts: [text('# Title\n\n```js\na\n```\n')] })).toBe('# Title\n\n```js\na\n```\n');
  });

  it('leaves out thoughts and tools, and keeps its texts apart', () => {
    const parts: MessagePart[] = [{ type: 'reasoning', step: 0, text: 'Hm' }, text('One.'), callOf(), text('Two.', 1)];
    expect(answerMarkdown({ parts })).toBe('One.\n\nTwo.');
  });

  it('is one text where it goes on from another answer', () => {
    expect(answerMarkdown({ parts: [text('One and '), text('a half.', 1)], continues: messageId(1) })).toBe(
      'One and a half.',
    );
  });
});
