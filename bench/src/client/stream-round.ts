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
/** A frame that took longer than this left another one out, at 60 a second. */
const frameMs = 1_000 / 60;

/** Asks for a rich answer in the chat that is open, types all the while, and says what it cost. */
export async function streamRound(page: Page, cdp: CDPSession, round: StreamRound): Promise<StreamFigures> {
  const script = newScript({ tokens: round.tokens, paceMs: 1_000 / round.tokensPerSecond, rich: true });
  const field = page.locator(composer).first();
  const heapBefore = await heapOf(cdp);
  await field.fill(JSON.stringify(script));
  await page.evaluate(
    `Object.assign(benchProbe, { longTasks: [], gaps: [], keys: [], pins: [], paintedAt: 0, awaited: ${JSON.stringify(lastWord(round.tokens))} })`,
  );
  const before = await metricsOf(cdp);
  const startedAt = performance.now();
  await field.press('Enter');
  await page.evaluate('benchProbe.isOn = true');
  const deadline = startedAt + 10_000 + (3_000 * round.tokens) / round.tokensPerSecond;
  while (!(await page.evaluate('benchProbe.paintedAt > 0'))) {
    if (performance.now() > deadline) throw new Error('The answer was never painted to its end.');
    await field.press('a');
    await delay(keyEveryMs);
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
