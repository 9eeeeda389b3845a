import './styles/app.css';
import { createBrowserHistory } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod/mini';
import { App } from './app/app.tsx';
import { createAppRouter } from './app/router.ts';
import { followNews } from './app/follow-news.ts';
import { followSession } from './app/follow-session.ts';
import { session } from './lib/api/call.ts';
import { applyPreferences } from './lib/apply-preferences.ts';
import { beginLanguage } from './lib/i18n/language-switch.ts';
import { readTexts } from './lib/i18n/use-texts.ts';
import { configQuery } from './lib/query/queries.ts';
import { createQueryClient } from './lib/query/query-client.ts';
import { news } from './lib/socket/news.ts';
import { whenIdle } from './lib/when-idle.ts';
import { showToast } from './ui/toast-store.ts';

// The content security policy forbids the code generation that zod would otherwise probe for.
z.config({ jitless: true });

// Only now: asked for with the page, it would hold up the code on a slow line.
void document.fonts.load('1em Geist');

const queryClient = createQueryClient();
const router = createAppRouter({ queryClient, session, history: createBrowserHistory() });
applyPreferences(document.documentElement);
const languageBegun = beginLanguage(document.documentElement);
// Every page needs it; asked for now, it arrives with the session instead of after it.
void queryClient.prefetchQuery(configQuery);
followSession({
  session,
  queryClient,
  router,
  reload: () => window.location.reload(),
  onSignedOut(why) {
    const { problem } = readTexts();
    showToast({ text: why === 'expired' ? problem.sessionEnded : problem.sessionRevoked });
  },
});
followNews({
  news,
  session,
  queryClient,
  whenIdle,
  onRemoved(id, wasShared) {
    if (router.state.location.pathname !== `/c/${id}`) return;
    const { deletedElsewhere, unshared } = readTexts().sidebar;
    showToast({ text: wasShared ? unshared : deletedElsewhere });
    void router.navigate({ to: '/c/$conversationId', params: { conversationId: 'new' }, replace: true });
  },
});

// After the first paint, or at once when there is no server and somebody waits for what was kept.
const idleWork = async () =>
  (await import('./app/start-idle-work.ts')).startIdleWork({ queryClient, session, news, router });
let startingIdleWork: Promise<void> | undefined;
const beginIdleWork = () => {
  // Without its code the pages work; the next visit brings it.
  startingIdleWork ??= idleWork().catch(() => undefined);
};
session.subscribe((change) => {
  if (change === 'remembered') beginIdleWork();
});
whenIdle(beginIdleWork);

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root');
const page = createRoot(root);
const show = () =>
  page.render(
    <StrictMode>
      <App router={router} queryClient={queryClient} />
    </StrictMode>,
  );
// At once in English; in another language its words come first, so that nobody sees two.
void languageBegun.then(show);
