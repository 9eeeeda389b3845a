import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { agentsEndpoint, conversationIdSchema } from '@parley/contracts';
import type { Conversation, ConversationId } from '@parley/contracts';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { ChatLink } from '../../features/chat/chat-link.ts';
import { ChatPage } from '../../features/chat/chat-page.tsx';
import { useTyping } from '../../features/participants/use-typing.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { useLastChat } from '../../lib/last-chat.ts';
import { useNewChat } from '../../lib/new-chat.ts';
import { otherAwaited } from '../../lib/other-awaited.ts';
import { conversationQuery } from '../../lib/query/queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';

const FilesButton = lazy(async () => ({
  default: (await import('../../features/files/files-button.tsx')).FilesButton,
}));

const ChatPeople = lazy(async () => ({ default: (await import('../chat-people.tsx')).ChatPeople }));
const TypingHint = lazy(async () => ({
  default: (await import('../../features/participants/typing-hint.tsx')).TypingHint,
}));
const ShareChat = lazy(async () => ({ default: (await import('../share-chat.tsx')).ShareChat }));
const NewChatKind = lazy(async () => ({ default: (await import('../new-chat-kind.tsx')).NewChatKind }));
const TemporaryNotice = lazy(async () => ({
  default: (await import('../../features/conversations/temporary-notice.tsx')).TemporaryNotice,
}));

/** Stands for a chat that has not begun; it is never asked for. */
const nilId = conversationIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** A chat, or the empty page on which one begins. */
export function ConversationPage() {
  const navigate = useNavigate();
  const { conversationId } = useParams({ from: '/signed-in/c/$conversationId' });
  const search = useSearch({ from: '/signed-in/c/$conversationId' });
  const { agent, project } = search;
  const link = useLink(conversationId, search);
  useEffect(() => useLastChat.setState({ conversationId }), [conversationId]);
  const isNew = conversationId === 'new';
  useEffect(() => {
    if (isNew) useNewChat.setState({ projectId: project, temporary: false });
  }, [isNew, project]);
  const shared = useShared(conversationId);
  const onTyping = useTyping(shared?.id);
  return (
    <>
      {conversationId === 'new' ? <NewChatTitle /> : <ConversationTitle id={conversationId} />}
      <ChatPage
        conversationId={conversationId === 'new' ? undefined : conversationId}
        link={link}
        initialChoice={agent && { endpoint: agentsEndpoint, model: agent }}
        extras={
          <Suspense fallback={null}>
            {conversationId === 'new' ? (
              <NewChatKind
                projectId={project}
                onLeaveProject={() =>
                  void navigate({ to: '/c/$conversationId', params: { conversationId: 'new' }, replace: true })
                }
              />
            ) : (
              <>
                <Temporary id={conversationId} />
                {/* Apart: while it is on its way, a dialog of the others stays open. */}
                <Suspense fallback={null}>
                  {shared ? <ChatPeople key={`people ${conversationId}`} conversation={shared} /> : null}
                </Suspense>
                <ShareChat key={`share ${conversationId}`} conversationId={conversationId} />
                <FilesButton key={conversationId} conversationId={conversationId} />
              </>
            )}
          </Suspense>
        }
        hint={
          shared ? (
            <Suspense fallback={<div className="h-5" />}>
              <TypingHint conversationId={shared.id} />
            </Suspense>
          ) : null
        }
        onTyping={onTyping}
        onConversationCreated={(id) =>
          void navigate({ to: '/c/$conversationId', params: { conversationId: id }, replace: true })
        }
      />
    </>
  );
}

/** The chat, where several people take part in it. */
function useShared(conversationId: ConversationId | 'new'): Conversation | undefined {
  const isNew = conversationId === 'new';
  const { data } = useQuery({ ...conversationQuery(isNew ? nilId : conversationId), enabled: !isNew });
  return isNew || data?.participants === undefined ? undefined : data;
}

/** What the address of a new chat asks for. It leaves the address first: neither a reload nor the way back repeats it. */
function useLink(conversationId: ConversationId | 'new', search: ChatLink): ChatLink | undefined {
  const navigate = useNavigate();
  const [link, setLink] = useState<ChatLink>();
  const { endpoint, model, spec, prompt, use } = search;
  const isLink = conversationId === 'new' && !!(endpoint || model || spec || prompt || use);
  useEffect(() => {
    if (!isLink) return;
    const clean = { to: '/c/$conversationId', params: { conversationId: 'new' }, search: {}, replace: true } as const;
    void navigate(clean).then(() => setLink(search));
  }, [isLink, navigate, search]);
  return link;
}

function Temporary({ id }: { readonly id: ConversationId }) {
  const conversation = useQuery(conversationQuery(id)).data;
  if (conversation?.expiresAt === undefined) return null;
  return <TemporaryNotice conversation={conversation} expiresAt={conversation.expiresAt} />;
}

function NewChatTitle() {
  usePageTitle(useTexts().sidebar.newChat);
  return null;
}

function ConversationTitle({ id }: { readonly id: ConversationId }) {
  const { sidebar } = useTexts();
  const conversation = useQuery(conversationQuery(id)).data;
  const title = conversation?.title || sidebar.untitled;
  const waitsForMe = conversation?.waitingForInput && otherAwaited(conversation) === undefined;
  usePageTitle(waitsForMe ? sidebar.waitingTitle(title) : title);
  return null;
}
