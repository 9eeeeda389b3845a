import { type ConversationId, messageRoutes } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { call } from '../../../lib/api/call.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import type { ArtifactPlace, ArtifactVersion } from './collect-artifacts.ts';
import { toDirective } from './read-artifact.ts';

/**
 * Keeps a text as a version that a person wrote, in the answer itself, so that the model knows it as well: behind what
 * is there, or in place of the version when that was a person's too. Rejects with the problem of `messageRoutes.edit`.
 */
export async function saveVersion(
  client: QueryClient,
  conversationId: ConversationId,
  version: ArtifactVersion,
  text: string,
): Promise<void> {
  const { messageId, place } = version;
  if (place === undefined) throw new Error('What stands inside other things is not changed.');
  const message = await call(messageRoutes.edit, {
    params: { id: conversationId, messageId },
    body: { text: withVersion(version, place, text), part: place.part, was: place.was },
  });
  client.setQueryData(messagesQuery(conversationId).queryKey, (messages) =>
    messages?.map((known) => (known.id === message.id ? message : known)),
  );
}

/** The words of the answer with the version in them. */
export function withVersion(
  version: ArtifactVersion,
  { text: whole, offset, length }: ArtifactPlace,
  text: string,
): string {
  const directive = toDirective(version, text);
  return version.isEdited
    ? whole.slice(0, offset) + directive + whole.slice(offset + length)
    : `${whole.trimEnd()}\n\n${directive}\n`;
}
