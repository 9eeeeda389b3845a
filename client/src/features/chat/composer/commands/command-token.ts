/** What is being typed for a list: `/` for prompts, `@` for who answers. */
export interface CommandToken {
  readonly kind: 'prompt' | 'answerer';
  readonly query: string;
  /** Where it stands in the text, the sign included. */
  readonly from: number;
  readonly to: number;
}

/** Most UTF-16 units of a token. */
const longest = 60;

/** The token the caret stands at the end of: `/` only as the whole text, `@` only where a word can begin. */
export function commandToken(text: string, caret: number): CommandToken | undefined {
  if (/^\/\S*$/.test(text) && caret === text.length && caret <= longest) {
    return { kind: 'prompt', query: text.slice(1), from: 0, to: caret };
  }
  const found = /(?:^|\s)@([^\s@]*)$/.exec(text.slice(Math.max(0, caret - longest), caret));
  const query = found?.[1];
  if (query === undefined || (caret < text.length && !/\s/.test(text.charAt(caret)))) return undefined;
  return { kind: 'answerer', query, from: caret - query.length - 1, to: caret };
}
