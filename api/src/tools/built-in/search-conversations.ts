import * as z from 'zod/mini';
import type {
  ConversationSearchRepository,
  FoundConversation,
} from '../../database/repositories/conversation-search-repository.ts';
import { cleanLine } from '../../clean-text.ts';
import type { Tool } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

const mostFound = 10;
const mostWords = 8;
/** Texts of one conversation that are quoted, and characters on either side of a word. */
const mostTexts = 2;
const aroundWord = 140;

const parsedInput = z.object({ query: z.string() });

interface SearchConversationsOptions {
  readonly conversations: ConversationSearchRepository;
}

/** Finds earlier conversations of the person who asks; nobody else's can be found. */
export function createSearchConversations({ conversations }: SearchConversationsOptions): Tool {
  return {
    spec: builtInSpec({
      name: 'search_conversations',
      title: 'Search your conversations',
      summary: 'Finds what you talked about before, by words.',
      description:
        'Finds earlier conversations of the user by words in their titles and messages, newest first. All words must be there.',
      inputSchema: {
        type: 'object',
        properties: { query: { type: 'string', minLength: 1, maxLength: 300, description: 'One or more words.' } },
        required: ['query'],
        additionalProperties: false,
      },
    }),

    async run(input, { userId, conversationId, signal }) {
      const words = [
        ...new Set(
          parsedInput
            .parse(input)
            .query.toLowerCase()
            .match(/[\p{L}\p{N}_@.-]+/gu) ?? [],
        ),
      ];
      if (words.length === 0) return { output: 'There is no word to search for.', failed: true };
      const asked = words.slice(0, mostWords);
      const found = await conversations.search(userId, {
        words: asked,
        limit: mostFound,
        except: conversationId,
        signal,
      });
      return { output: describe(found, asked), failed: false };
    },
  };
}

function describe(found: readonly FoundConversation[], words: readonly string[]): string {
  if (found.length === 0) return 'No other conversation has these words.';
  return found
    .map(({ id, title, updatedAt, texts }) => {
      const quotes = texts.slice(0, mostTexts).map((text) => `\n  “${quote(text, words)}”`);
      return `- [${cleanLine(title, 150).replace(/[[\]]/g, '')}](/c/${id}), ${updatedAt.toISOString().slice(0, 10)}${quotes.join('')}`;
    })
    .join('\n');
}

/** The surroundings of the first word. */
function quote(text: string, words: readonly string[]): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const lower = line.toLowerCase();
  const at = Math.max(
    0,
    Math.min(...words.map((word) => lower.indexOf(word)).filter((position) => position >= 0), line.length),
  );
  const start = Math.max(0, at - aroundWord);
  const end = Math.min(line.length, at + aroundWord);
  return cleanLine(
    `${start > 0 ? '…' : ''}${line.slice(start, end)}${end < line.length ? '…' : ''}`,
    2 * aroundWord + 2,
  );
}
