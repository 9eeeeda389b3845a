import { json, sessionOf } from './fake-server.ts';

/** What every page asks a server for when somebody with no conversations is signed in; for `createFakeServer`. */
export function signedIn(session = sessionOf('token')) {
  return {
    'GET /api/config': () =>
      json({ appTitle: 'Parley', version: '1', registrationEnabled: true, firstRun: false, guideOnly: true }),
    'POST /api/auth/refresh': () => json(session),
    'GET /api/user': () => json(session.user),
    'GET /api/conversations': () => json({ items: [], nextCursor: null }),
  };
}
