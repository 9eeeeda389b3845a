import type { Message } from '@parley/contracts';
import { problemWords } from '../../../lib/i18n/explain-problem.ts';
import { spokenText } from '../thread/spoken-text.ts';

/** As much of a text as can matter for one line. */
const readLength = 400;
const mostLength = 140;

/** How a message begins, on one line and without the marks of Markdown; what it holds instead where it has no words. */
export function firstWords({ parts }: Pick<Message, 'parts'>): string {
  for (const part of parts) {
    const words = part.type === 'text' ? plainText(part.text) : '';
    if (words !== '') return words;
  }
  for (const part of parts) {
    if (part.type === 'tool-call') return part.title ?? part.name;
    if (part.type === 'file') return part.file.name;
    if (part.type === 'error') return problemWords(part).title;
  }
  return '';
}

function plainText(markdown: string): string {
  // Marks leave a space behind, also before a full stop.
  const words = spokenText(markdown.slice(0, readLength), '').replaceAll(/ (?=[.,;:!?)])/g, '');
  return words.slice(0, mostLength);
}
