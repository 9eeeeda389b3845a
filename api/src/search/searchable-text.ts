import type { MessagePart } from '@parley/contracts';

const fences = /^([ \t]*)(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*?\n)?\1?\2[`~]*[ \t]*$|^[ \t]*(?:`{3,}|~{3,})[\s\S]*/gm;

/** What people said and read in a message: text and steers without blocks of code or what they quote, and the names of tools. */
export function searchableText(parts: readonly MessagePart[]): string {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'steer') texts.push(withoutCode(part.text));
    else if (part.type === 'tool-call') texts.push(part.title ?? part.name);
  }
  return texts.filter((text) => text.trim() !== '').join('\n');
}

function withoutCode(text: string): string {
  return text.includes('```') || text.includes('~~~') ? text.replace(fences, '') : text;
}
