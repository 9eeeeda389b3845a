import type { ConversationId } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { readSettingsTexts } from '../lib/i18n/use-settings-texts.ts';
import { usePreferences } from '../lib/preferences.ts';
import { findListed } from '../lib/query/conversation-lists.ts';
import { conversationQuery } from '../lib/query/queries.ts';
import type { NewsChannel } from '../lib/socket/news-channel.ts';

interface NotifyOptions {
  readonly news: Pick<NewsChannel, 'subscribe'>;
  readonly queryClient: QueryClient;
  readonly goTo: (path: string) => void;
}

/** Tells the desktop that an answer has ended while nobody looked, when that is wanted and allowed. */
export function notifyOfAnswers({ news, queryClient, goTo }: NotifyOptions): () => void {
  return news.subscribe({
    onNews(item) {
      if (item.type !== 'generation-ended' || item.status === 'stopped') return;
      if (document.visibilityState === 'visible' || !usePreferences.getState().notify) return;
      const { ready, failed, untitled } = readSettingsTexts().notifications;
      const title = titleOf(queryClient, item.conversationId) ?? untitled;
      void show(title, item.status === 'done' ? ready : failed, `/c/${item.conversationId}`, goTo);
    },
    onMissed: () => undefined,
  });
}

/** Phones take notifications of a service worker only; without one, as on plain HTTP, desktops take those of a page. */
async function show(title: string, body: string, path: string, goTo: (path: string) => void): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const look = { body, tag: path, icon: '/icon-192.png', data: path };
  const registration = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  if (registration) {
    await registration.showNotification(title, look);
    return;
  }
  const notification = new Notification(title, look);
  notification.addEventListener('click', () => {
    window.focus();
    goTo(path);
    notification.close();
  });
}

function titleOf(queryClient: QueryClient, id: ConversationId): string | undefined {
  const held = queryClient.getQueryData(conversationQuery(id).queryKey) ?? findListed(queryClient, id);
  return held?.title === '' ? undefined : held?.title;
}
