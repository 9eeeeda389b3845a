import type { GuideScript } from './guide-script.ts';
import { say } from './guide-script.ts';

const mostWords = 5000;
const wordsOfALongAnswer = 1200;

/** Counting or a long text of a known number of words, or undefined when the message asks for neither. */
export function longText(message: string): GuideScript | undefined {
  const count = /\bcount\s+(?:from\s+(?:1|one)\s+)?(?:up\s+)?to\s+(\d+)/i.exec(message)?.[1];
  if (count !== undefined) return say(countTo(clamp(Number(count))));
  const words = /\b(\d+)[\s-]+words?\b/i.exec(message)?.[1];
  const wantsLong =
    /\b(?:write|give|tell|generate|make)\b.*\b(?:long|very long|endless)\b.*\b(?:answer|text|story|message|reply|response)\b/i;
  const wantsWords = words !== undefined && /\b(?:write|give|generate|tell|make)\b/i.test(message);
  if (!wantsWords && !wantsLong.test(message)) return undefined;
  return say(numberedText(clamp(words === undefined ? wordsOfALongAnswer : Number(words))));
}

function clamp(count: number): number {
  return Math.min(mostWords, Math.max(1, count));
}

function countTo(count: number): string {
  return Array.from({ length: count }, (_, position) => String(position + 1)).join(' ');
}

const sentences = [
  'This is a long answer with numbered paragraphs, made to be interrupted.',
  'Reload the page now and watch: the text goes on where it was.',
  'Open the same conversation in a second tab and both will show the same words.',
  'Press stop and what was written so far stays.',
  'Scroll up while it grows: the view stays where you put it.',
  'Every word has its place, so a missing or doubled one would be seen at once.',
];

/** Exactly `count` words, the paragraph numbers not counted. */
function numberedText(count: number): string {
  const paragraphs: string[] = [];
  let left = count;
  for (let turn = 0; left > 0; turn += 1) {
    const words = [0, 1, 2]
      .flatMap((offset) => (sentences[(turn + offset) % sentences.length] ?? '').split(' '))
      .slice(0, left);
    left -= words.length;
    paragraphs.push(`**${turn + 1}.** ${words.join(' ')}`);
  }
  return paragraphs.join('\n\n');
}
