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

/** How many words a text has, by spaces. */
export function countWords(text: string): number {
  return text === '' ? 0 : text.split(' ').length;
}
