import { chromium } from '@playwright/test';
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';
import { authRoutes } from '@parley/contracts';
import { benchCredentials } from '../turns/api-client.ts';
import { pageProbe } from './page-probe.ts';

/** A signed-in page with the probe in it. */
interface ChatPage {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly close: () => Promise<void>;
}

/** Chromium without a window; a start that hangs is given up and tried once more. */
export async function launchBrowser(): Promise<Browser> {
  try {
    return await launchOnce();
  } catch {
    return await launchOnce();
  }
}

async function launchOnce(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-precise-memory-info'],
    timeout: 30_000,
  });
}

/** Opens a page of a browser without history or cache, signed in at `address`. */
export async function openPage(browser: Browser, address: string): Promise<ChatPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, baseURL: address });
  await signIn(context, address);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(pageProbe);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  return { page, cdp, close: () => context.close() };
}

async function signIn(context: BrowserContext, address: string): Promise<void> {
  const response = await context.request.post(authRoutes.login.path, {
    data: benchCredentials,
    headers: { Origin: address },
  });
  if (!response.ok()) throw new Error(`Not signed in: ${response.status()} ${await response.text()}`);
}
