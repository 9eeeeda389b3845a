import type { StoredApp } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppHost } from './app-host.ts';
import type { AppHost, AppState } from './app-host.ts';
import { hostContext } from './host-context.ts';

const app: StoredApp = {
  html: '<p>Board</p>',
  hosts: { resource: [], connect: [] },
  input: { team: 'Blue' },
  result: { content: [], isError: false },
};

interface Sent {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

let sent: Sent[];
let states: AppState[];
let heights: number[];
let frameWindow: Window;
let host: AppHost;
let onLink: (url: string) => Promise<boolean>;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  states = [];
  heights = [];
  onLink = () => Promise.resolve(true);
  const frame = document.body.appendChild(document.createElement('iframe'));
  if (!frame.contentWindow) throw new Error('The frame has no window');
  frameWindow = frame.contentWindow;
  vi.spyOn(frameWindow, 'postMessage').mockImplementation((message: unknown) => void sent.push(message as Sent));
  host = createAppHost({
    frame: () => frameWindow,
    app,
    context: () => hostContext('dark', 300),
    onState: (state) => states.push(state),
    onHeight: (height) => heights.push(height),
    onLink: (url) => onLink(url),
  });
});
afterEach(() => {
  host.close();
  document.body.replaceChildren();
  vi.useRealTimers();
});

function say(message: object, { source = frameWindow, origin = 'null' }: { source?: Window; origin?: string } = {}) {
  const data = { jsonrpc: '2.0', ...message };
  window.dispatchEvent(new MessageEvent('message', { data, source, origin }));
}
const ready = () => say({ method: 'ui/notifications/sandbox-proxy-ready', params: {} });
const pong = () => say({ method: 'ui/notifications/sandbox-pong', params: { nonce: sent[0]?.params?.['nonce'] } });
const answerTo = (id: unknown) => sent.find((message) => message.id === id);

describe('the host of an app', () => {
  it('hands it over once its frame is there, and once only', () => {
    expect(sent).toEqual([]);
    ready();
    expect(sent).toMatchObject([
      { method: 'ui/notifications/sandbox-resource-ready', params: { html: app.html, hosts: app.hosts } },
    ]);
    ready();
    expect(sent).toHaveLength(1);
    expect(states).toEqual(['running']);
  });

  it('hears its frame alone, and that only with the opaque origin of the sandbox', () => {
    const message = { method: 'ui/notifications/sandbox-proxy-ready', params: {} };
    say(message, { source: window });
    say(message, { origin: window.location.origin });
    expect(sent).toEqual([]);
  });

  it('says who it is and what the tool was asked and gave, in this order', () => {
    ready();
    say({ id: 1, method: 'ui/initialize', params: {} });
    expect(answerTo(1)?.result).toMatchObject({
      protocolVersion: '2026-01-26',
      hostInfo: { name: 'Parley' },
      hostCapabilities: { openLinks: {} },
      hostContext: { theme: 'dark', displayMode: 'inline', containerDimensions: { width: 300, maxHeight: 800 } },
    });
    expect(sent).toHaveLength(2);
    say({ method: 'ui/notifications/initialized' });
    say({ method: 'ui/notifications/initialized' });
    expect(sent.slice(2)).toMatchObject([
      { method: 'ui/notifications/tool-input', params: { arguments: app.input } },
      { method: 'ui/notifications/tool-result', params: app.result },
    ]);
    host.contextChanged();
    expect(sent.at(-1)).toMatchObject({ method: 'ui/notifications/host-context-changed', params: { theme: 'dark' } });
  });

  it.each(['tools/call', 'resources/read', 'ui/message', 'ui/update-model-context', 'sampling/createMessage', ''])(
    'refuses %s in clear words',
    (method) => {
      ready();
      say({ id: 5, method, params: {} });
      expect(answerTo(5)?.error?.code).toBe(-32_601);
    },
  );

  it('gives it the height it wants, within bounds', () => {
    for (const height of [432.4, 1e9, -5]) say({ method: 'ui/notifications/size-changed', params: { height } });
    expect(heights).toEqual([432, 800, 48]);
  });

  it('asks about one link at a time and says what came of it', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    onLink = () => promise;
    say({ id: 1, method: 'ui/open-link', params: { url: 'https://example.com' } });
    say({ id: 2, method: 'ui/open-link', params: { url: 'https://example.com' } });
    await vi.waitFor(() => expect(answerTo(2)?.error?.code).toBe(-32_000));
    resolve(true);
    await vi.waitFor(() => expect(answerTo(1)?.result).toEqual({}));
  });

  it('says when an app does not answer, and when it does again', () => {
    ready();
    vi.advanceTimersByTime(5_000);
    pong();
    vi.advanceTimersByTime(10_000);
    expect(states).toEqual(['running']);
    vi.advanceTimersByTime(5_000);
    expect(states).toEqual(['running', 'silent']);
    say({ method: 'ui/notifications/sandbox-pong', params: { nonce: 'another' } });
    expect(states.at(-1)).toBe('silent');
    pong();
    expect(states.at(-1)).toBe('running');
  });

  it('says when the frame cannot be reached', () => {
    vi.advanceTimersByTime(15_000);
    expect(states).toEqual(['unreachable']);
  });

  it('listens no more to an app that floods it', () => {
    ready();
    for (let n = 0; n < 1_000; n += 1) say({ id: n, method: 'ping' });
    expect(states).toEqual(['running', 'flooding']);
    expect(sent.length).toBeLessThan(70);
  });

  it('listens no more to an app whose messages are too large', () => {
    ready();
    const text = 'x'.repeat(100_000);
    for (const id of [1, 2, 3]) say({ id, method: 'ping', params: { text } });
    expect(states).toEqual(['running']);
    say({ id: 4, method: 'ping', params: { text } });
    expect(states).toEqual(['running', 'flooding']);
    expect(sent).toHaveLength(1);
  });

  it('lets it say goodbye, but not for long', async () => {
    ready();
    say({ method: 'ui/notifications/initialized' });
    let ended = 0;
    void host.end().then(() => (ended += 1));
    const farewell = sent.at(-1);
    expect(farewell).toMatchObject({ method: 'ui/resource-teardown' });
    say({ id: farewell?.id, result: {} });
    await vi.waitFor(() => expect(ended).toBe(1));
    void host.end().then(() => (ended += 1));
    await vi.advanceTimersByTimeAsync(300);
    expect(ended).toBe(2);
  });
});
