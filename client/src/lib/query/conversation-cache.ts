import type { Conversation, ConversationId, GenerationId } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { changeListed, findListed, placeListed } from './conversation-lists.ts';
import { conversationQuery, messagesQuery } from './queries.ts';

/** Shows a conversation that is new, or one as it is now where it is listed already. */
export function upsertConversation(client: QueryClient, conversation: Conversation): void {
  const isListed = findListed(client, conversation.id) !== undefined;
  if (isListed) patchConversation(client, conversation.id, conversation);
  else placeConversation(client, conversation);
}

/** Changes some fields of a conversation wherever it is cached: a new title, the end of its running answer. */
export function patchConversation(client: QueryClient, id: ConversationId, patch: Partial<Conversation>): void {
  client.setQueryData(conversationQuery(id).queryKey, (held) => (held ? { ...held, ...patch } : held));
  changeListed(client, (item) => (item.id === id ? { ...item, ...patch } : item));
}

/** Notes that an answer has ended that nobody has looked at yet. Where another one is being written already, nothing changes. */
export function markEnded(client: QueryClient, id: ConversationId, generationId: GenerationId): void {
  const end = (item: Conversation): Conversation =>
    item.id === id && item.runningGenerationId === generationId
      ? { ...item, runningGenerationId: null, waitingForInput: false, unread: true }
      : item;
  client.setQueryData(conversationQuery(id).queryKey, (held) => held && end(held));
  changeListed(client, end);
}

/** Takes a conversation out of all lists; its messages stay cached until they age. */
export function unlistConversation(client: QueryClient, id: ConversationId): void {
  changeListed(client, (item) => (item.id === id ? undefined : item));
}

/**
 * Shows a conversation as the server told it, in the lists and at the place where it belongs now. What is counted is
 * counted again where that may have changed.
 */
export function placeConversation(client: QueryClient, conversation: Conversation): void {
  const { queryKey } = conversationQuery(conversation.id);
  const before = client.getQueryData(queryKey) ?? findListed(client, conversation.id);
  client.setQueryData(queryKey, conversation);
  placeListed(client, conversation);
  const after = filingOf(conversation);
  filingOf(before).forEach((part, index) => {
    if (part !== after[index]) void client.invalidateQueries({ queryKey: [countsKeys[index]] });
  });
}

/** Takes a conversation that was deleted out of everything that is cached. */
export function forgetConversation(client: QueryClient, id: ConversationId): void {
  const { queryKey } = conversationQuery(id);
  const before = client.getQueryData(queryKey) ?? findListed(client, id);
  unlistConversation(client, id);
  client.removeQueries({ queryKey });
  client.removeQueries({ queryKey: messagesQuery(id).queryKey });
  filingOf(before).forEach((part, index) => {
    if (part !== '') void client.invalidateQueries({ queryKey: [countsKeys[index]] });
  });
}

/** Lists with counts, as `filingOf` names what they count. */
const countsKeys = ['tags', 'projects'];

/** What a conversation is counted under: its tags, and its project. */
function filingOf(conversation: Conversation | undefined): [string, string] {
  if (!conversation || conversation.expiresAt !== undefined) return ['', ''];
  const { tags = [], projectId = '', archived } = conversation;
  const shelf = archived ? 'archived' : '';
  return [tags.length === 0 ? '' : tags.join('\n') + shelf, projectId === '' ? '' : projectId + shelf];
}
