/** An answer as it is read out: without the marks of Markdown, with code blocks named instead of spelled. */
export function spokenText(markdown: string, codeBlock: string): string {
  return markdown
    .replaceAll(/^(`{3,}|~{3,}).*?^\1[^\n]*$/gms, codeBlock)
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s{0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '')
    .replaceAll(/^\|?[\s:|-]+\|[\s:|-]*$/gm, '')
    .replaceAll(/[*_`|$]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Where the last whole sentence of a growing text ends, from `start` on; `start` when there is none yet. A block of code
 * that is still open is not cut.
 */
export function endOfSentences(markdown: string, start: number): number {
  const openFence = openFenceAt(markdown);
  const whole = markdown.slice(start, openFence);
  const last = [...whole.matchAll(/[.!?…:](?=\s)|[。！？]|\n\n/g)].at(-1);
  return last ? start + last.index + last[0].length : start;
}

/** Where the block of code begins that has no end yet; the length of the text when there is none. */
function openFenceAt(markdown: string): number {
  let open: { readonly mark: string; readonly at: number } | undefined;
  for (const match of markdown.matchAll(/^ {0,3}(`{3,}|~{3,})/gm)) {
    const [, mark = ''] = match;
    if (!open) open = { mark, at: match.index };
    else if (mark.startsWith(open.mark)) open = undefined;
  }
  return open?.at ?? markdown.length;
}

/** How many words a text has, by spaces. */
export function countWords(text: string): number {
  return text === '' ? 0 : text.split(' ').length;
}
