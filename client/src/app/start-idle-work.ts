import type { QueryClient } from '@tanstack/react-query';
import type { SessionKeeper } from '../lib/api/session-keeper.ts';
import { keepOffline } from '../lib/offline/keep-offline.ts';
import { createKeptChats } from '../lib/offline/kept-chats.ts';
import { registerServiceWorker } from '../lib/offline/register-service-worker.ts';
import type { NewsChannel } from '../lib/socket/news-channel.ts';
import { notifyOfAnswers } from './notify-of-answers.ts';
import type { AppRouter } from './router.ts';

interface IdleWorkOptions {
  readonly queryClient: QueryClient;
  readonly session: SessionKeeper;
  readonly news: NewsChannel;
  readonly router: AppRouter;
}

/** What the app does beside its pages: it is of use without its server, and tells of answers that are ready. */
export function startIdleWork({ queryClient, session, news, router }: IdleWorkOptions): void {
  const goTo = (path: string) => void router.navigate({ href: path });
  keepOffline({ kept: createKeptChats(), queryClient, session, news });
  if (import.meta.env.PROD) void registerServiceWorker(goTo);
  notifyOfAnswers({ news, queryClient, goTo });
}
