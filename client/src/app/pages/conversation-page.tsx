import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { agentsEndpoint } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { lazy, Suspense, useEffect } from 'react';
import { ChatPage } from '../../features/chat/chat-page.tsx';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { useLastChat } from '../../lib/last-chat.ts';
import { conversationQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';

const FilesButton = lazy(async () => ({
  default: (await import('../../features/files/files-button.tsx')).FilesButton,
}));

/** A chat, or the empty page on which one begins. */
export function ConversationPage() {
  const navigate = useNavigate();
  const { conversationId } = useParams({ from: '/signed-in/c/$conversationId' });
  const { agent } = useSearch({ from: '/signed-in/c/$conversationId' });
  useEffect(() => useLastChat.setState({ conversationId }), [conversationId]);
  return (
    <>
      {conversationId === 'new' ? <NewChatTitle /> : <ConversationTitle id={conversationId} />}
      <ChatPage
        conversationId={conversationId === 'new' ? undefined : conversationId}
        initialChoice={agent && { endpoint: agentsEndpoint, model: agent }}
        extras={
          conversationId === 'new' ? null : (
            <Suspense fallback={null}>
              <FilesButton key={conversationId} conversationId={conversationId} />
            </Suspense>
          )
        }
        onConversationCreated={(id) =>
          void navigate({ to: '/c/$conversationId', params: { conversationId: id }, replace: true })
        }
      />
    </>
  );
}

function NewChatTitle() {
  usePageTitle(useTexts().sidebar.newChat);
  return null;
}

function ConversationTitle({ id }: { readonly id: ConversationId }) {
  const { sidebar } = useTexts();
  const conversation = useQuery(conversationQuery(id)).data;
  const title = conversation?.title || sidebar.untitled;
  usePageTitle(conversation?.waitingForInput ? sidebar.waitingTitle(title) : title);
  return null;
}
