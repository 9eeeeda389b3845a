import { setTimeout as delay } from 'node:timers/promises';
import type { ConversationId } from '@parley/contracts';
import type { Browser, Page } from '@playwright/test';
import { newScript } from '../world/provider-script.ts';
import { openPage } from './chat-browser.ts';
import { heapOf } from './stream-round.ts';

/** A chat of two messages and one of many. */
export interface Chats {
  readonly floor: ConversationId;
  readonly long: ConversationId;
}

/** Milliseconds from the click on a chat to its newest message on the screen, four times. */
export async function openings(page: Page, id: ConversationId, other: ConversationId): Promise<number[]> {
  const took: number[] = [];
  await page.goto(`/c/${id}`);
  await page.locator('[data-region="transcript"] article').last().waitFor();
  for (let round = 0; round < 4; round += 1) {
    await page.locator(`[data-region="sidebar"] a[href="/c/${other}"]`).click();
    await page.locator('[data-region="transcript"] article').last().waitFor();
    await delay(300);
    took.push(
      await page.evaluate<number>(`new Promise((resolve) => {
        const link = document.querySelector('[data-region="sidebar"] a[href="/c/${id}"]');
        const start = performance.now();
        const look = () => {
          const isThere = location.pathname.endsWith('${id}') && document.querySelector('[data-region="transcript"] article[data-newest="true"]');
          if (!isThere) return requestAnimationFrame(look);
          const channel = new MessageChannel();
          channel.port1.onmessage = () => resolve(performance.now() - start);
          channel.port2.postMessage(0);
        };
        link.click();
        requestAnimationFrame(look);
      })`),
    );
  }
  return took;
}

/** How far what somebody reads moves while an answer grows below it, in pixels. */
export async function driftWhileScrolledUp(page: Page): Promise<number> {
  const script = newScript({ tokens: 2_000, paceMs: 2.5, rich: true });
  const field = page.locator('textarea').first();
  await field.fill(JSON.stringify(script));
  await field.press('Enter');
  await delay(1_000);
  await page.locator('[data-region="transcript"]').hover();
  await page.mouse.wheel(0, -1_500);
  await delay(300);
  return await page.evaluate<number>(`new Promise((resolve) => {
    const articles = [...document.querySelectorAll('[data-region="transcript"] article')];
    const read = articles.find((article) => article.getBoundingClientRect().bottom > 200);
    const start = read.getBoundingClientRect().top;
    const until = performance.now() + 3000;
    let most = 0;
    const look = () => {
      most = Math.max(most, Math.abs(read.getBoundingClientRect().top - start));
      if (performance.now() < until) requestAnimationFrame(look); else resolve(Math.round(most * 10) / 10);
    };
    look();
  })`);
}

/** Megabytes that twenty more changes between two chats leave behind, after the caches are filled. */
export async function heapAfterSwitches(chromium: Browser, address: string, { floor, long }: Chats): Promise<number> {
  const { page, cdp, close } = await openPage(chromium, address);
  await openings(page, long, floor);
  const before = await heapOf(cdp);
  for (let round = 0; round < 20; round += 1) {
    await page.locator(`[data-region="sidebar"] a[href="/c/${round % 2 === 0 ? floor : long}"]`).click();
    await page.locator('[data-region="transcript"] article[data-newest="true"]').waitFor();
    await delay(100);
  }
  const grown = (await heapOf(cdp)) - before;
  await close();
  return grown;
}

/** Milliseconds in which browser and server finish what an earlier page left them to do. */
const settling = 1_500;

/**
 * Milliseconds from the navigation to the first key painted in the composer, without any cache, on a machine that does
 * nothing else. The key is pressed as soon as the composer has the focus.
 */
export async function untilFirstKey(chromium: Browser, address: string, isSlow: boolean): Promise<number> {
  const { page, cdp, close } = await openPage(chromium, address);
  await delay(settling);
  if (isSlow) {
    await cdp.send('Network.enable');
    const bytes = 1_600_000 / 8;
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: bytes,
      uploadThroughput: bytes,
    });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  await page.goto('/c/new', { waitUntil: 'commit' });
  await page.evaluate(composerFocused);
  const painted = page.evaluate<number>(firstKeyPainted);
  await page.keyboard.press('x');
  const took = await painted;
  await close();
  return took;
}

const composerFocused = `new Promise((resolve) => {
  const look = () => (document.activeElement?.matches('textarea') ? resolve() : requestAnimationFrame(look));
  look();
})`;
const firstKeyPainted = `new Promise((resolve) => {
  const field = document.activeElement;
  const painted = new MessageChannel();
  painted.port1.onmessage = () => resolve(performance.now());
  const look = () => (field.value === '' ? requestAnimationFrame(look) : painted.port2.postMessage(0));
  requestAnimationFrame(look);
})`;

export interface SidebarFigures {
  readonly rows: number;
  readonly paintedMs: number;
}

/** How many rows the sidebar holds with thousands of chats, and when its list was painted. */
export async function sidebarFigures(chromium: Browser, address: string): Promise<SidebarFigures> {
  const { page, close } = await openPage(chromium, address);
  await page.goto('/c/new', { waitUntil: 'commit' });
  await page.locator('[data-region="sidebar"] a[href^="/c/"]').nth(5).waitFor();
  const paintedMs = await page.evaluate<number>('performance.now()');
  const rows = await page.locator('[data-region="sidebar"] a[href^="/c/"]').count();
  await close();
  return { rows, paintedMs };
}
