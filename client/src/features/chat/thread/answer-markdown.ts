import type { Message } from '@parley/contracts';

/**
 * An answer as its author wrote it, in Markdown: its texts with an empty line between them, without what tools did and
 * what was thought. Where an answer goes on from another one, the text that goes on joins the one before it.
 */
export function answerMarkdown({ parts, continues }: Pick<Message, 'parts' | 'continues'>): string {
  let markdown = '';
  let joins = false;
  for (const part of parts) {
    if (part.type === 'text') {
      if (joins || markdown === '') markdown += part.text;
      else if (part.text !== '') markdown = `${markdown.trimEnd()}\n\n${part.text.trimStart()}`;
    }
    joins = continues !== undefined && part.type === 'text';
  }
  return markdown;
}
