import type { ModelRequest } from '../../core/model-request.ts';
import { turnText, userTexts } from './conversation.ts';

/** Characters of a message that are looked at. */
const longestLook = 4000;
const titleWish = /^(?:please\s+)?(?:write|generate|give|create|suggest|make|provide|produce)\b[^.\n]{0,60}\btitle\b/i;

/** Whether a request wants a title for a conversation instead of an answer. */
export function asksForTitle(request: ModelRequest): boolean {
  return [...request.instructions, userTexts(request).at(-1) ?? ''].some((text) => titleWish.test(text.trim()));
}

/** Longest title, in characters. */
const longestTitle = 48;

/** A short title from what the user asked first: his own words, without politeness around them. */
export function writeTitle(request: ModelRequest): string {
  const question = firstQuestion(request)
    .replace(/[`*_#>~]+/g, '')
    .replace(politeness, '')
    .replace(/[\s.!?…:;,]+$/u, '');
  if (!/[\p{L}\p{N}]/u.test(question)) return 'New conversation';
  const title = question.length <= longestTitle ? question : shorten(question);
  const [first = '', ...rest] = title;
  return first.toUpperCase() + rest.join('');
}

const politeness =
  /^(?:(?:hello|hi|hey)(?: there)?[\s,!.]+)?(?:please[\s,]+)?(?:(?:can|could|would|will) you (?:please )?)?(?:(?:please|kindly)[\s,]+)?(?:(?:tell|show|give|explain to) (?:me|us) )?(?:how (?:do|can|should|would) (?:i|we|you) )?/i;
const loose = /(?:\s+(?:a|an|and|as|at|by|for|from|in|is|of|on|or|the|to|with|that|your|my))+$/i;

/** Cut at a word, without a small word left hanging. */
function shorten(text: string): string {
  const cut = text.slice(0, longestTitle + 1).replace(/\s+\S*$/u, '');
  return cut
    .slice(0, longestTitle)
    .replace(loose, '')
    .replace(/[\s.,;:!?]+$/u, '');
}

/**
 * The conversation may be in the turns before the wish, in the message that holds the wish, or in a message of its own
 * when the wish is an instruction.
 */
function firstQuestion(request: ModelRequest): string {
  for (const turn of request.turns) {
    if (turn.role !== 'user') continue;
    const text = turnText(turn).trim().slice(0, longestLook);
    const rest = titleWish.test(text) ? afterWish(text) : text;
    const question = firstSaid(rest);
    if (question !== '') return question;
  }
  return '';
}

function afterWish(text: string): string {
  const paragraphs = text.split(/\n\s*\n|\n(?=\s*(?:user|human|question)\s*:)/i);
  if (paragraphs.length > 1) return paragraphs.slice(1).join('\n\n');
  const colon = /:\s+|\n/.exec(text);
  return colon ? text.slice(colon.index + colon[0].length) : '';
}

/** The user's first words in a transcript, or the first line that is not a label or a mark. */
function firstSaid(text: string): string {
  const labelled =
    /(?:^|\n)\W*(?:user|human|question)\W*:\s*([\s\S]+?)(?=\n\W*(?:assistant|ai|answer|model|user|human)\W*:|$)/i.exec(
      text,
    );
  const said = labelled?.[1] ?? text;
  const line = said
    .split('\n')
    .find((candidate) => /[\p{L}\p{N}]/u.test(candidate) && !/^\W*<?\/?\w+>?\W*$/.test(candidate.trim()));
  return (line ?? said).trim();
}
