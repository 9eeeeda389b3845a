const longest = 60;

/** A title made of a prompt's first words: one line without markup, at most 60 characters. */
export function promptTitle(prompt: string): string {
  const words = plainText(prompt.slice(0, 2_000)).split(' ');
  const all = words.join(' ');
  if (all === '') return 'New chat';
  if (graphemes(all).length <= longest) return all;
  let title = '';
  for (const word of words) {
    const longer = title === '' ? word : `${title} ${word}`;
    if (graphemes(longer).length >= longest) break;
    title = longer;
  }
  return `${
    title === ''
      ? graphemes(all)
          .slice(0, longest - 1)
          .join('')
      : title
  }…`;
}

/** A text without the signs of Markdown and HTML, on one line. */
export function plainText(text: string): string {
  return text
    .replaceAll(/```[^\n]*\n?/g, ' ')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, ' ')
    .replaceAll(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replaceAll(/[*_~]{2,}|[`|]|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)/g, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
