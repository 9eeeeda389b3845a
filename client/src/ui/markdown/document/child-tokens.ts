import type { Token } from 'marked';
import { isMarkedToken } from './marked-token.ts';

/** Every list of tokens directly inside `token`: its content, its list items' contents or its table cells'. */
export function childTokens(token: Token): readonly Token[][] {
  if (!isMarkedToken(token)) return token.tokens ? [token.tokens] : [];
  if (token.type === 'list') return token.items.map((item) => item.tokens);
  if (token.type === 'table') return [token.header, ...token.rows].flat().map((cell) => cell.tokens);
  return 'tokens' in token && token.tokens ? [token.tokens] : [];
}
