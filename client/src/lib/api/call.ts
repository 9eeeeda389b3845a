import { createApi } from './create-api.ts';
import { takeEarlySession } from './early-session.ts';
import { createRememberedUser } from './remembered-user.ts';
import { createSessionKeeper, exclusiveByWebLocks } from './session-keeper.ts';
import type { Fetch } from './send.ts';

const browserFetch: Fetch = (url, init) => fetch(url, init);

/** The session of this page. */
export const session = createSessionKeeper({
  fetch: browserFetch,
  channel: new BroadcastChannel('parley:session'),
  remembered: createRememberedUser(),
  takeEarly: takeEarlySession,
  exclusive: exclusiveByWebLocks('locks' in navigator ? navigator.locks : undefined),
});

/** `call(route, arguments, { signal })` and `authorizedFetch(url, init)`; see `Api`. */
export const { call, authorizedFetch } = createApi({ fetch: browserFetch, session });
