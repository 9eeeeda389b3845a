import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';
import { percentile } from '../report/percentile.ts';
import { newScript } from '../world/provider-script.ts';
import type { ProbeNotes } from './page-probe.ts';

/** What one streamed answer cost the page. */
export interface StreamFigures {
  readonly longTasks: number;
  readonly dropped: number;
  readonly keys: number;
  readonly script: number;
  readonly mainThread: number;
  readonly heapAnswer: number;
  readonly keepUp: number;
  readonly pin: number;
}

interface StreamRound {
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

const composer = 'textarea';
const keyEveryMs = 250;
/** What a chat shows beyond its end follows a moment after it was opened, and is no part of an answer's cost. */
const untilCalm = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 500);
  const observer = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, 500);
  });
  observer.observe(document.querySelector('[data-region="transcript"]'), { childList: true, subtree: true });
}).then(() => undefined)`;
/** A frame that took longer than this left another one out, at 60 a second. */
const frameMs = 1_000 / 60;

/** Asks for a rich answer in the chat that is open, types all the while, and says what it cost. */
export async function streamRound(page: Page, cdp: CDPSession, round: StreamRound): Promise<StreamFigures> {
  const script = newScript({ tokens: round.tokens, paceMs: 1_000 / round.tokensPerSecond, rich: true });
  const field = page.locator(composer).first();
  await page.evaluate(untilCalm);
  const heapBefore = await heapOf(cdp);
  await field.fill(JSON.stringify(script));
  const before = await metricsOf(cdp);
  const startedAt = performance.now();
  await page.evaluate(`benchProbe.begin(${JSON.stringify(lastWord(round.tokens))})`);
  await field.press('Enter');
  const deadline = startedAt + 10_000 + (3_000 * round.tokens) / round.tokensPerSecond;
  const painted = page.evaluate<true>('benchProbe.painted.promise.then(() => true)');
  let isPainted = false;
  // The field keeps the focus. To look for it anew with every key would be work of the page that no user causes.
  while (!isPainted) {
    if (performance.now() > deadline) throw new Error('The answer was never painted to its end.');
    await page.keyboard.press('a');
    isPainted = await Promise.race([painted, delay(keyEveryMs, false)]);
  }
  const elapsed = performance.now() - startedAt;
  await page.evaluate('benchProbe.isOn = false');
  const after = await metricsOf(cdp);
  const notes = await page.evaluate<ProbeNotes>(
    '({ longTasks: benchProbe.longTasks, gaps: benchProbe.gaps, keys: benchProbe.keys, pins: benchProbe.pins, lastByteAt: benchProbe.lastByteAt, paintedAt: benchProbe.paintedAt })',
  );
  await field.fill('');
  // The end of the answer is told apart from its last word: its record is saved and the message list renewed.
  await delay(500);
  return {
    longTasks: sum(notes.longTasks),
    dropped: sum(notes.gaps.map((gap) => Math.max(0, Math.round(gap / frameMs) - 1))),
    keys: percentile(notes.keys, 0.98) ?? 16,
    script: (after.script - before.script) * 1_000,
    mainThread: ((after.task - before.task) * 100_000) / elapsed,
    heapAnswer: (await heapOf(cdp)) - heapBefore,
    keepUp: Math.max(0, notes.paintedAt - notes.lastByteAt),
    pin: Math.max(0, ...notes.pins),
  };
}

/** Megabytes that are in use after a collection. */
export async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

async function metricsOf(cdp: CDPSession): Promise<{ script: number; task: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const seconds = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { script: seconds('ScriptDuration'), task: seconds('TaskDuration') };
}

/** The word that only the end of an answer holds. */
function lastWord(tokens: number): string {
  return `w${tokens - 1}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
