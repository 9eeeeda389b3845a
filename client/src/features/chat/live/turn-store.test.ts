import { ProblemError } from '@parley/contracts';
import type { UserId } from '@parley/contracts';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../../../lib/api/send.ts';
import type { Exclusive } from '../../../lib/api/session-keeper.ts';
import { newId } from '../../../lib/new-id.ts';
import { giveIndexedDb } from '../../../testing/fake-indexed-db.ts';
import { createTabChannels } from '../../../testing/tab-channels.ts';
import { conversationId, generationId, messageId } from '../testing/messages.ts';
import { createOutbox } from './outbox.ts';
import type { Delivery } from './turn-sender.ts';
import { createTurnStore, type PendingTurn, type TurnPlace } from './turn-store.ts';

const place: TurnPlace = { chat: 'a-new-chat', conversationId: undefined, parentMessageId: null };
const known: TurnPlace = { chat: conversationId, conversationId, parentMessageId: null };
const prompt = { text: 'Hello', endpoint: 'Parley', model: 'chat-fast' };
const ada = '11111111-1111-4111-8111-111111111111' as UserId;
const offline = () => Promise.reject(new OfflineError('unreachable', undefined));

const refuse = () => Promise.reject(new ProblemError('model-not-found', { detail: 'No such model' }));

type Deliver = (turn: PendingTurn) => Promise<Delivery>;

/** The server takes everything. */
const accept: Deliver = async ({ generationId: id, behind }) =>
  behind === undefined
    ? {
        state: 'accepted',
        started: {
          generationId: id,
          conversationId,
          userMessageId: messageId(1),
          responseMessageId: messageId(2),
          streamUrl: `/api/generations/${id}/stream`,
        },
      }
    : { state: 'queued', behind, queue: [] };

/** A browser: its storage, its locks, and what its tabs tell each other. */
function createBrowser() {
  const name = newId();
  const channels = createTabChannels();
  let last: Promise<unknown> = Promise.resolve();
  const exclusive: Exclusive = (_, work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    openTab(deliver: Deliver, userId = ada) {
      const delivered: PendingTurn[] = [];
      const told = { accepted: [], queued: [], refused: [], kept: [], taken: [] } as Record<string, PendingTurn[]>;
      const note = (list: string) => (turn: PendingTurn) => void told[list]?.push(turn);
      const turns = createTurnStore({
        deliver: (turn) => {
          delivered.push(turn);
          return deliver(turn);
        },
        onAccepted: note('accepted'),
        onQueued: note('queued'),
        onRefused: note('refused'),
        onKept: note('kept'),
        onTaken: note('taken'),
        outbox: createOutbox(name),
        exclusive,
        channel: channels.join(),
        userId: () => userId,
      });
      return { turns, delivered, told, states: () => turns.getState().pending.map(({ state }) => state) };
    },
    outbox: createOutbox(name),
  };
}

describe('a prompt on its way', () => {
  let browser: ReturnType<typeof createBrowser>;
  beforeEach(() => {
    giveIndexedDb();
    browser = createBrowser();
  });

  it('shows at once and gives its chat the conversation it began', async () => {
    const { turns, told, states } = browser.openTab(accept);
    turns.send(place, prompt);
    expect(states()).toEqual(['sending']);
    await vi.waitFor(() => expect(turns.getState().begun).toEqual({ 'a-new-chat': conversationId }));
    expect(told['accepted']).toHaveLength(1);
    expect(turns.getState().pending[0]).toMatchObject({ state: 'accepted', chat: conversationId });
    await vi.waitFor(async () => expect(await browser.outbox.list(ada)).toEqual([]));
  });

  it('is in the outbox before it is sent', async () => {
    const kept: number[] = [];
    const { turns } = browser.openTab(async (turn) => {
      kept.push((await browser.outbox.list(ada)).length);
      return accept(turn);
    });
    turns.send(place, prompt);
    await vi.waitFor(() => expect(kept).toEqual([1]));
  });

  it('waits for the network and goes by itself, under the same id', async () => {
    const deliver = vi.fn<Deliver>(accept).mockImplementationOnce(offline);
    const { turns, states } = browser.openTab(deliver);
    const id = turns.send(place, prompt);
    await vi.waitFor(() => expect(states()).toEqual(['waiting']));
    turns.retryWaiting();
    await vi.waitFor(() => expect(states()).toEqual(['accepted']));
    expect(deliver.mock.calls.map(([turn]) => turn.generationId)).toEqual([id, id]);
  });

  it('is not sent again by itself after the server has refused it, and says why after a reload', async () => {
    const { turns, told, states } = browser.openTab(refuse);
    const id = turns.send(known, prompt);
    await vi.waitFor(() => expect(states()).toEqual(['failed']));
    expect(told['refused']).toHaveLength(1);
    await vi.waitFor(async () => expect((await browser.outbox.list(ada))[0]).toHaveProperty('refusal'));

    const reloaded = browser.openTab(accept);
    await reloaded.turns.restore();
    expect(reloaded.turns.getState().pending).toMatchObject([{ state: 'failed', cause: { detail: 'No such model' } }]);
    expect(reloaded.delivered).toEqual([]);
    reloaded.turns.retry(id);
    await vi.waitFor(() => expect(reloaded.delivered).toHaveLength(1));
  });

  it('survives the end of the page, and leaves once', async () => {
    const before = browser.openTab(offline);
    const id = before.turns.send(place, prompt);
    await vi.waitFor(() => expect(before.states()).toEqual(['waiting']));

    const after = browser.openTab(accept);
    await after.turns.restore();
    expect(after.turns.getState().orphan).toBe('a-new-chat');
    await vi.waitFor(() => expect(after.states()).toEqual(['accepted']));
    expect(after.delivered.map(({ generationId: sent }) => sent)).toEqual([id]);
    expect(await browser.outbox.list(ada)).toEqual([]);
  });

  it('is sent by one of two tabs, and the other one drops it', async () => {
    const deliver = vi.fn<Deliver>(offline);
    const [one, other] = [browser.openTab(deliver), browser.openTab(deliver)];
    one.turns.send(known, prompt);
    await vi.waitFor(() => expect(other.states()).toEqual(['waiting']));
    deliver.mockImplementation(accept);
    one.turns.retryWaiting();
    other.turns.retryWaiting();
    await vi.waitFor(() => expect(other.told['taken']).toHaveLength(1));
    expect([...(one.told['accepted'] ?? []), ...(other.told['accepted'] ?? [])]).toHaveLength(1);
    expect(other.states()).toEqual([]);
  });

  it('keeps its order within a chat, each behind the one before', async () => {
    const { turns, delivered, told } = browser.openTab(vi.fn<Deliver>(accept).mockImplementationOnce(offline));
    const first = turns.send(place, prompt);
    turns.send({ ...place, behind: first }, { ...prompt, text: 'Then this' });
    turns.send({ ...place, behind: first }, { ...prompt, text: 'And that' });
    await vi.waitFor(() => expect(turns.getState().pending[0]?.state).toBe('waiting'));
    expect(delivered).toHaveLength(1);
    turns.retryWaiting();
    await vi.waitFor(() => expect(told['queued']).toHaveLength(2));
    expect(delivered.slice(1).map(({ prompt: { text } }) => text)).toEqual(['Hello', 'Then this', 'And that']);
    await vi.waitFor(async () => expect(await browser.outbox.list(ada)).toEqual([]));
  });

  it('leaves what comes after it where it was when it was only another answer', async () => {
    const { turns } = browser.openTab(offline);
    const again = turns.send({ ...known, parentMessageId: messageId(1), again: {}, version: true }, prompt);
    const next = turns.send({ ...known, parentMessageId: messageId(2), behind: again }, prompt);
    await vi.waitFor(() => expect(turns.getState().pending.every(({ state }) => state === 'waiting')).toBe(true));
    turns.drop(again);
    expect(turns.getState().pending).toMatchObject([
      { generationId: next, behind: undefined, parentMessageId: messageId(2) },
    ]);
  });

  it('leaves its place to the one behind it when it is taken back', async () => {
    const { turns } = browser.openTab(offline);
    const first = turns.send(known, prompt);
    const second = turns.send({ ...known, parentMessageId: messageId(9), behind: first }, prompt);
    const third = turns.send({ ...known, behind: first }, prompt);
    await vi.waitFor(async () => expect(await browser.outbox.list(ada)).toHaveLength(3));
    turns.drop(first);
    expect(turns.getState().pending).toMatchObject([
      { generationId: second, behind: undefined, parentMessageId: null },
      { generationId: third, behind: second },
    ]);
    await vi.waitFor(async () => expect(await browser.outbox.list(ada)).toHaveLength(2));
  });

  it('is sent without an outbox where the browser has none', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('no', 'SecurityError');
      },
    });
    const { turns, told } = browser.openTab(accept);
    turns.send(known, prompt);
    await vi.waitFor(() => expect(told['accepted']).toHaveLength(1));
    expect(told['kept']).toEqual([]);
  });

  it('is wiped when somebody signs out, and never shown to somebody else', async () => {
    const { turns, states } = browser.openTab(offline);
    turns.send(known, prompt);
    await vi.waitFor(() => expect(states()).toEqual(['waiting']));
    turns.reset();
    expect(states()).toEqual([]);
    await vi.waitFor(async () => expect(await browser.outbox.list(ada)).toEqual([]));

    turns.send(known, prompt);
    await vi.waitFor(() => expect(states()).toEqual(['waiting']));
    const grace = browser.openTab(accept, generationId(7) as unknown as UserId);
    await grace.turns.restore();
    expect(grace.states()).toEqual([]);
    expect(await browser.outbox.list(ada)).toEqual([]);
  });

  it('arrives once and in order, whatever the network and the page do', async () => {
    const action = fc.constantFrom('write', 'lose-request', 'lose-answer', 'reload', 'retry');
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 14 }), async (actions) => {
        const home = createBrowser();
        const taken: string[] = [];
        const faults: string[] = [];
        const server: Deliver = async (turn) => {
          const fault = faults.shift();
          if (fault === 'lose-request') return offline();
          // The same id is answered as the first time.
          if (!taken.includes(turn.prompt.text)) taken.push(turn.prompt.text);
          return fault === 'lose-answer' ? offline() : accept(turn);
        };
        let tab = home.openTab(server);
        const written: string[] = [];
        const settle = () => vi.waitFor(() => expect(tab.states()).not.toContain('sending'));
        for (const step of actions) {
          if (step === 'lose-request' || step === 'lose-answer') faults.push(step);
          if (step === 'retry') tab.turns.retryWaiting();
          if (step === 'reload') {
            await settle();
            tab = home.openTab(server);
            await tab.turns.restore();
          }
          if (step === 'write') {
            const text = String(written.length);
            written.push(text);
            const lead = tab.turns.getState().pending.find(({ state }) => state === 'sending' || state === 'waiting');
            tab.turns.send({ ...known, behind: lead && (lead.behind ?? lead.generationId) }, { ...prompt, text });
          }
        }
        faults.length = 0;
        await settle();
        tab.turns.retryWaiting();
        await vi.waitFor(async () => expect(await home.outbox.list(ada)).toEqual([]));
        expect(taken).toEqual(written);
      }),
      { numRuns: 25 },
    );
  });
});
