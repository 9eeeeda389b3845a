import { session } from '../api/call.ts';
import { createBrowserPageSignals } from '../log-reader/page-signals.ts';
import { openTabChannel } from '../tab-channel.ts';
import { createNewsChannel } from './news-channel.ts';

/** The news of this page; see `NewsChannel`. */
export const news = createNewsChannel({
  session,
  load: () => import('./connect-socket.ts'),
  page: createBrowserPageSignals(),
  channel: openTabChannel('parley:news'),
  locks: 'locks' in navigator ? navigator.locks : undefined,
});
