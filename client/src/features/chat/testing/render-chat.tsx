import type { ConversationId } from '@parley/contracts';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { useState } from 'react';
import { vi } from 'vitest';
import { session } from '../../../lib/api/call.ts';
import { createQueryClient } from '../../../lib/query/query-client.ts';
import { sessionOf } from '../../../testing/fake-server.ts';
import { ChatPage } from '../chat-page.tsx';
import { loadMarkdown } from '../parts/load-markdown.ts';
import type { createChatServer } from './chat-server.ts';

// What is tested here is the chat, not the moment before its renderer has arrived.
await loadMarkdown();

/** A chat page on a server, for somebody who is signed in. It moves to a conversation it began, as the app does. */
export function renderChat(
  server: ReturnType<typeof createChatServer>,
  startId?: ConversationId,
  queryClient = createQueryClient(),
) {
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('CSS', { supports: () => true });
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.animate = () => ({}) as Animation;
  session.start(sessionOf('token'));
  const created = vi.fn<(id: ConversationId) => void>();
  function Page() {
    const [id, setId] = useState(startId);
    return (
      <ChatPage
        conversationId={id}
        onConversationCreated={(next) => {
          created(next);
          setId(next);
        }}
      />
    );
  }
  const view = render(
    <QueryClientProvider client={queryClient}>
      <Page />
    </QueryClientProvider>,
  );
  return { ...view, queryClient, created };
}
