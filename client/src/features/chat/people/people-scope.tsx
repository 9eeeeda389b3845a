import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { session } from '../../../lib/api/call.ts';
import { conversationQuery } from '../../../lib/query/queries.ts';
import { ChatPeopleContext } from './chat-people.ts';

/** Stands for a conversation that does not exist yet; it is never asked for. */
const nilId = conversationIdSchema.parse('00000000-0000-0000-0000-000000000000');

export interface PeopleScopeProps {
  readonly conversationId: ConversationId | undefined;
  readonly children: ReactNode;
}

/** Tells everything in a chat whose it is. */
export function PeopleScope({ conversationId, children }: PeopleScopeProps) {
  const query = conversationQuery(conversationId ?? nilId);
  const conversation = useQuery({ ...query, enabled: conversationId !== undefined }).data;
  const owner = conversationId === undefined ? undefined : conversation?.sharedBy;
  const me = session.current()?.user.id;
  const people = useMemo(() => ({ me, owner }), [me, owner]);
  return <ChatPeopleContext value={people}>{children}</ChatPeopleContext>;
}
