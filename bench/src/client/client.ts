import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { percentile, rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { createAccount } from '../turns/api-client.ts';
import { startWorld } from '../world/world.ts';
import { launchBrowser, openPage } from './chat-browser.ts';
import { gateNames, gates, isKept } from './gates.ts';
import { driftWhileScrolledUp, heapAfterSwitches, openings, sidebarFigures, untilFirstKey } from './page-figures.ts';
import type { Chats, SidebarFigures } from './page-figures.ts';
import type { GateName } from './gates.ts';
import { seedChat, seedChats } from './seed-chat.ts';
import { streamRound } from './stream-round.ts';
import type { StreamFigures } from './stream-round.ts';

/**
 * What a long chat costs the page that shows it: opening it, and one streamed answer while somebody types, in a chat of
 * 500 messages and, as the floor of the same run, in one of two, alternating. Real server, real Chromium. Exits with 1
 * when a gate is not kept.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '500' },
    chats: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '5000' },
    json: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const tokens = Number(values.tokens);

const world = await startWorld({ replicas: 1, store: 'sqlite', gateway: 'none' });
const browser = await launchBrowser();
try {
  process.exitCode = await measure(world.addresses[0] ?? '', browser);
} finally {
  await browser.close();
  await world.close();
}
process.exit();

async function measure(address: string, chromium: Browser): Promise<number> {
  const asker = { address, token: await createAccount(address) };
  say(`Writing ${values.chats} chats, one of ${values.messages} messages …`);
  await seedChats(asker, Number(values.chats));
  // An answer of thousands of words changes what its chat costs, so each round has chats of its own.
  const chats: Chats[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    chats.push({ floor: await seedChat(asker, 2), long: await seedChat(asker, Number(values.messages)) });
  }
  const [last, ...others] = chats;
  if (last === undefined) throw new Error('There is one round at least.');

  const figures: Figures = new Map();
  const floors: Figures = new Map();
  const noteStream = (to: Figures, { mainThread, ...rest }: StreamFigures): void => {
    for (const name of ['longTasks', 'dropped', 'keys', 'script', 'keepUp', 'pin'] as const) {
      note(to, name, rest[name]);
    }
    note(to, 'mainThread', mainThread);
  };

  say(`${rounds} rounds of ${tokens} tokens at 400 a second in each chat, alternating …`);
  for (const { floor, long } of others) {
    for (const [to, id, other] of [
      [floors, floor, long],
      [figures, long, floor],
    ] as const) {
      const { page, cdp, close } = await openPage(chromium, address);
      for (const took of await openings(page, id, other)) note(to, 'open', took);
      noteStream(to, await streamRound(page, cdp, { tokens, tokensPerSecond: 400 }));
      // The first answer of a page also leaves the code behind that it had compiled; the second only itself.
      note(to, 'heapAnswer', (await streamRound(page, cdp, { tokens, tokensPerSecond: 1_500 })).heapAnswer);
      await close();
    }
  }
  const { page, cdp, close } = await openPage(chromium, address);
  await openings(page, last.long, last.floor);
  note(figures, 'keepUpFast', (await streamRound(page, cdp, { tokens, tokensPerSecond: 1_500 })).keepUp);
  note(figures, 'drift', await driftWhileScrolledUp(page));
  await close();
  note(figures, 'heapSwitches', await heapAfterSwitches(chromium, address, last));
  for (let round = 0; round < rounds; round += 1) {
    note(figures, 'interactive', await untilFirstKey(chromium, address, false));
    note(figures, 'interactiveSlow', await untilFirstKey(chromium, address, true));
  }
  return report(figures, floors, await sidebarFigures(chromium, address));
}

type Figures = Map<GateName, number[]>;

function note(to: Figures, name: GateName, value: number): void {
  to.set(name, [...(to.get(name) ?? []), value]);
}

/** The median, or for how long chats take to open the value that 95 of 100 stay below. */
function summary(name: GateName, all: readonly number[] | undefined): number | undefined {
  return all === undefined ? undefined : percentile(all, name === 'open' ? 0.95 : 0.5);
}

function report(
  figures: ReadonlyMap<GateName, readonly number[]>,
  floors: ReadonlyMap<GateName, readonly number[]>,
  sidebar: SidebarFigures,
): number {
  const rows = gateNames.map((name) => {
    const { name: promise, unit, most, by } = gates[name];
    const value = summary(name, figures.get(name)) ?? Number.NaN;
    const floor = summary(name, floors.get(name));
    return { promise, unit, most, by, value, floor, kept: isKept(name, value, floor) };
  });
  printTable(
    ['promise', `${values.messages} messages`, 'floor', 'ratio', 'gate', ''],
    rows.map(({ promise, unit, most, by, value, floor, kept }) => [
      promise,
      `${rounded(value)} ${unit}`.trim(),
      floor === undefined ? '–' : `${rounded(floor)} ${unit}`.trim(),
      floor === undefined || floor === 0 ? '–' : `${rounded(value / floor, 2)}x`,
      by === 'ratio' ? `≤ ${most}x floor` : `≤ ${most} ${unit}`,
      kept ? 'kept' : 'BROKEN',
    ]),
  );
  say(
    `Sidebar with ${values.chats} chats: ${sidebar.rows} rows in the page, first ones after ${rounded(sidebar.paintedMs)} ms`,
  );
  writeReport('client', { surroundings: surroundings(), rows, sidebar }, values.json);
  return rows.every(({ kept }) => kept) ? 0 : 1;
}
