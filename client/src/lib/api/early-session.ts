declare global {
  interface Window {
    /** The request for a session that index.html begins while the code is on its way. */
    earlySession?: Promise<Response> | undefined;
  }
}

/** What the server said to the page's first request for a session, to whoever asks first; `undefined` if it could not be asked. */
export async function takeEarlySession(): Promise<Response | undefined> {
  const { earlySession } = window;
  window.earlySession = undefined;
  try {
    return await earlySession;
  } catch {
    // Without an answer the session is asked for again, and what is wrong then is told.
    return undefined;
  }
}
