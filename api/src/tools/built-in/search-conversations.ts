import * as z from 'zod/mini';
import type { SearchHit } from '@parley/contracts';
import { cleanLine } from '../../clean-text.ts';
import type { SearchService } from '../../search/search-service.ts';
import type { Tool } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

const mostFound = 10;
/** Hits that are looked at for them, and quotes of one conversation. */
const mostHits = 50;
const mostQuotes = 2;
const longestQuote = 280;

const parsedInput = z.object({ query: z.string() });

interface SearchConversationsOptions {
  readonly search: Pick<SearchService, 'search'>;
}

/** Finds earlier conversations of the person who asks; nobody else's can be found. */
export function createSearchConversations({ search }: SearchConversationsOptions): Tool {
  return {
    spec: builtInSpec({
      name: 'search_conversations',
      title: 'Search your conversations',
      summary: 'Finds what you talked about before, by words.',
      description:
        'Finds earlier conversations of the user by words in their titles and messages, best first. All words must be there; "quoted words" must stand together.',
      inputSchema: {
        type: 'object',
        properties: { query: { type: 'string', minLength: 1, maxLength: 300, description: 'One or more words.' } },
        required: ['query'],
        additionalProperties: false,
      },
    }),

    async run(input, { userId, conversationId, signal }) {
      const { query } = parsedInput.parse(input);
      // Words of a model are whole words.
      const { items } = await search.search(userId, { text: `${query} `, shared: false, limit: mostHits }, signal);
      return { output: describe(items.filter((hit) => hit.conversationId !== conversationId)), failed: false };
    },
  };
}

function describe(hits: readonly SearchHit[]): string {
  const byConversation = [...Map.groupBy(hits, (hit) => hit.conversationId)].slice(0, mostFound);
  if (byConversation.length === 0) return 'No other conversation has these words.';
  return byConversation
    .map(([id, found]) => {
      const quotes = found
        .filter(({ messageId }) => messageId !== null)
        .slice(0, mostQuotes)
        .map(({ snippet }) => `\n  “${cleanLine(snippet.text, longestQuote)}”`);
      const title = cleanLine(found[0]?.title.text ?? '', 150).replace(/[[\]]/g, '');
      return `- [${title}](/c/${id}), ${found[0]?.at.slice(0, 10) ?? ''}${quotes.join('')}`;
    })
    .join('\n');
}
