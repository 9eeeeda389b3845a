import { longestLine, readToFrame } from '../frame-message.ts';
import type { ConsoleLevel, FrameTheme, FromFrame, ToFrame } from '../frame-message.ts';
import { forbidFrames } from './forbid-frames.ts';

/**
 * Runs in the frame, on the second origin, before an artifact does: it is handed one, writes it into its document and
 * tells Parley what it prints, where it fails and where it wants to go. The artifact may undo all of that; it is only
 * ever shown.
 */
type Init = Extract<ToFrame, { type: 'init' }>;

/** Lines of the console in one second; more would count as a flood. */
const mostLines = 25;

const host = window.parent;
const scripts = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href;
// No policy governs this way out yet.
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) Reflect.deleteProperty(window, name);

window.addEventListener('message', begin);
tell({ v: 1, type: 'ready' });

function tell(message: FromFrame): void {
  host.postMessage(message, '*');
}

function begin({ source, data }: MessageEvent<unknown>): void {
  const message = source === host ? readToFrame(data) : undefined;
  if (message?.type !== 'init') return;
  window.removeEventListener('message', begin);
  // Opening the document takes away every listener of the window; the artifact begins with these alone.
  document.open();
  forbidFrames();
  listen(message.nonce);
  reportTo(message.nonce);
  document.write(pageOf(message));
  document.close();
  applyTheme(message.theme);
  if (message.kind === 'react') runModule(message.code);
}

function listen(nonce: string): void {
  window.addEventListener(
    'message',
    (event) => {
      const message = event.source === host ? readToFrame(event.data) : undefined;
      if (message?.nonce !== nonce) return;
      event.stopImmediatePropagation();
      if (message.type === 'ping') tell({ v: 1, nonce, type: 'pong' });
      if (message.type === 'theme') applyTheme(message.theme);
    },
    true,
  );
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    const url = link instanceof HTMLAnchorElement ? link.href : '';
    // The frame can go nowhere by itself; what stays on the page does.
    if (event.defaultPrevented || !/^https?:/.test(url) || url.startsWith(`${location.href}#`)) return;
    event.preventDefault();
    tell({ v: 1, nonce, type: 'link', url: url.slice(0, longestLine) });
  });
}

function reportTo(nonce: string): void {
  const admit = createLimit();
  const report = (text: string) => {
    if (admit()) tell({ v: 1, nonce, type: 'error', text: text.slice(0, longestLine) });
  };
  window.addEventListener(
    'error',
    ({ message, error, target }) => {
      if (target instanceof HTMLScriptElement) report(`This script could not be loaded: ${target.src || 'a module'}`);
      else if (message) report(error instanceof Error ? describe(error) : message);
    },
    true,
  );
  window.addEventListener('unhandledrejection', ({ reason }) => report(describe(reason)));
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) =>
    report(`Blocked: ${blockedURI || 'inline'} (${effectiveDirective}). Artifacts have no network.`),
  );
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] satisfies ConsoleLevel[]) {
    const print = console[level].bind(console);
    console[level] = (...values: unknown[]) => {
      print(...values);
      const text = values.map(describe).join(' ').slice(0, longestLine);
      if (admit()) tell({ v: 1, nonce, type: 'console', level, text });
    };
  }
}

function createLimit(): () => boolean {
  let since = 0;
  let count = 0;
  return () => {
    if (performance.now() - since >= 1_000) {
      since = performance.now();
      count = 0;
    }
    count += 1;
    return count <= mostLines;
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // What JSON cannot say: circles, large integers.
    return String(value);
  }
}

/** A second doctype and a second head are ignored; the attributes of the artifact's own html element are taken. */
function pageOf({ kind, code }: Init): string {
  const head = '<!doctype html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">';
  if (kind === 'html') return head + code;
  if (kind === 'svg') {
    return `${head}<style>html,body{height:100%;margin:0}body{display:grid;place-items:center}svg{max-width:100%;max-height:100%}</style><body>${code}`;
  }
  return `${head}<style>body{margin:16px;font-family:system-ui,sans-serif}</style><body><div id="root"></div>`;
}

function applyTheme({ scheme, tokens }: FrameTheme): void {
  const { dataset, style } = document.documentElement;
  dataset['theme'] = scheme;
  for (const [name, value] of Object.entries(tokens)) style.setProperty(name, value);
}

/** Where React comes from; modules that are not named here are none of ours. */
function runModule(code: string): void {
  const modules = { react: 'react', 'react/jsx-runtime': 'react-jsx-runtime', 'react-dom': 'react-dom' };
  const imports = Object.entries({ ...modules, 'react-dom/client': 'react-dom-client' }).map(([name, file]) => [
    name,
    new URL(`${file}.js`, scripts).href,
  ]);
  addScript('importmap', JSON.stringify({ imports: Object.fromEntries(imports) }));
  addScript('module', code);
}

function addScript(type: string, text: string): void {
  const script = document.createElement('script');
  script.type = type;
  script.textContent = text;
  document.body.append(script);
}
