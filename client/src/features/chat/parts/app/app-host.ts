import type { StoredApp } from '@parley/contracts';
import { newId } from '../../../../lib/new-id.ts';
import { readAppMessage } from './app-message.ts';
import type { AppMessage, MessageId } from './app-message.ts';
import { lowest, tallest } from './host-context.ts';
import type { HostContext } from './host-context.ts';
import { createMessageGate } from './message-gate.ts';

/** How it goes with an app: it is loaded, runs, has not answered for a while, or cannot go on. */
export type AppState = 'loading' | 'running' | 'silent' | 'flooding' | 'unreachable';

/** Our end of the talk with an app in a frame. */
export interface AppHost {
  /** Tells the app that its surroundings look different. */
  contextChanged(): void;
  /** Asks the app to end and gives it a moment to; resolves when it has, or has not. */
  end(): Promise<void>;
  /** Listens no more. */
  close(): void;
}

interface AppHostOptions {
  /** The frame's window, once there is one. */
  readonly frame: () => Pick<Window, 'postMessage'> | null;
  readonly app: StoredApp;
  readonly context: () => HostContext;
  readonly onState: (state: AppState) => void;
  /** CSS pixels, within what an app may take. */
  readonly onHeight: (height: number) => void;
  /** Asks whether a page may be opened, and opens it; false when not. */
  readonly onLink: (url: string) => Promise<boolean>;
}

/** The revision of MCP Apps that is spoken here. */
const protocolVersion = '2026-01-26';
/** Milliseconds. */
const pingInterval = 5_000;
/** Pings without an answer, after which an app counts as silent. */
const mostMissed = 2;
/** Messages over 64 KB, after which an app is ended: each may be as large as the browser carries. */
const mostOversized = 3;
/** Milliseconds until the frame has to be there. */
const longestLoading = 15_000;
/** Milliseconds that an app has to end in good order. */
const longestFarewell = 300;

/**
 * Hands an app to the frame that is being loaded, and speaks the MCP Apps protocol with it. What it sends is foreign:
 * only messages of this very frame are heard, at most 60 a second of 64 KB, and of each no more than the schema knows.
 * Calls of tools, reading resources and writing into the chat are refused.
 */
export function createAppHost({ frame, app, context, onState, onHeight, onLink }: AppHostOptions): AppHost {
  const nonce = newId();
  const admit = createMessageGate(() => performance.now());
  const farewellId = `farewell ${nonce}`;
  let state: AppState = 'loading';
  let missed = 0;
  let oversized = 0;
  let isInitialized = false;
  let isLinkAsked = false;
  let onFarewell: (() => void) | undefined;

  function become(next: AppState): void {
    if (state === next) return;
    state = next;
    onState(next);
    if (next === 'flooding' || next === 'unreachable') close();
  }

  function send(message: object): void {
    // The frame has an opaque origin, which no target can name: nothing secret goes down.
    frame()?.postMessage({ jsonrpc: '2.0', ...message }, '*');
  }

  async function openLink(id: MessageId, url: string): Promise<void> {
    const isOpened = !isLinkAsked && (await ask(url));
    send(isOpened ? { id, result: {} } : refusal(id, -32_000, 'The page was not opened.'));
  }

  async function ask(url: string): Promise<boolean> {
    isLinkAsked = true;
    try {
      return await onLink(url);
    } finally {
      isLinkAsked = false;
    }
  }

  function answer(id: MessageId, method: string): void {
    switch (method) {
      case 'ui/initialize': {
        const hostInfo = { name: 'Parley', version: '1' };
        send({
          id,
          result: { protocolVersion, hostInfo, hostCapabilities: { openLinks: {} }, hostContext: context() },
        });
        return;
      }
      case 'ping':
        send({ id, result: {} });
        return;
      case 'ui/request-display-mode':
        send({ id, result: { mode: 'inline' } });
        return;
      default:
        send(refusal(id, -32_601, 'Apps may not do this here.'));
    }
  }

  function hear(message: AppMessage): void {
    switch (message.kind) {
      case 'oversized':
        oversized += 1;
        if (oversized > mostOversized) become('flooding');
        return;
      case 'frame-ready':
        // A frame that loads itself anew is not handed its app again, and falls silent.
        if (state !== 'loading') return;
        become('running');
        send({
          method: 'ui/notifications/sandbox-resource-ready',
          params: { nonce, html: app.html, hosts: app.hosts },
        });
        return;
      case 'pong':
        if (message.nonce !== nonce) return;
        missed = 0;
        become('running');
        return;
      case 'initialized':
        if (isInitialized) return;
        isInitialized = true;
        send({ method: 'ui/notifications/tool-input', params: { arguments: app.input } });
        send({ method: 'ui/notifications/tool-result', params: app.result });
        return;
      case 'size':
        onHeight(Math.round(Math.min(tallest, Math.max(lowest, message.height))));
        return;
      case 'answer':
        if (message.id === farewellId) onFarewell?.();
        return;
      case 'open-link':
        void openLink(message.id, message.url);
        return;
      default:
        answer(message.id, message.method);
    }
  }

  function receive(event: MessageEvent<unknown>): void {
    if (event.source === null || event.source !== frame() || event.origin !== 'null') return;
    const admission = admit();
    if (admission === 'flood') become('flooding');
    if (admission !== 'heard') return;
    const message = readAppMessage(event.data);
    if (message !== undefined) hear(message);
  }

  function ping(): void {
    if (state === 'loading' || document.hidden) return;
    if (missed >= mostMissed) become('silent');
    missed += 1;
    send({ method: 'ui/notifications/sandbox-ping', params: {} });
  }

  const pings = setInterval(ping, pingInterval);
  const loading = setTimeout(() => {
    if (state === 'loading') become('unreachable');
  }, longestLoading);
  window.addEventListener('message', receive);

  function close(): void {
    window.removeEventListener('message', receive);
    clearInterval(pings);
    clearTimeout(loading);
  }

  return {
    contextChanged() {
      if (isInitialized) send({ method: 'ui/notifications/host-context-changed', params: context() });
    },

    async end() {
      if (!isInitialized || state !== 'running') return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onFarewell = resolve;
      const waited = setTimeout(resolve, longestFarewell);
      send({ id: farewellId, method: 'ui/resource-teardown', params: { reason: 'Stopped by its user.' } });
      await promise;
      clearTimeout(waited);
    },

    close,
  };
}

function refusal(id: MessageId, code: number, message: string): object {
  return { id, error: { code, message } };
}
