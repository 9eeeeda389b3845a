import type { GenerationId, Message } from '@parley/contracts';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { authorizedFetch, call, session } from '../../../lib/api/call.ts';
import { exclusiveByWebLocks } from '../../../lib/api/session-keeper.ts';
import { createBrowserPageSignals } from '../../../lib/log-reader/page-signals.ts';
import { news } from '../../../lib/socket/news.ts';
import { openTabChannel } from '../../../lib/tab-channel.ts';
import { createLive, type Live } from './live.ts';
import { createOutbox } from './outbox.ts';
import { type GivenInput, givenTo, type WaitingCall } from './input-store.ts';
import type { Origin } from './origin-store.ts';
import type { RunView } from './run-store.ts';
import type { TurnState } from './turn-store.ts';

const noMessages: readonly Message[] = [];
const byClient = new WeakMap<QueryClient, Live>();

/** What is under way in this page's chats: one for each query cache, so that it outlives every view. */
export function useLive(): Live {
  const queryClient = useQueryClient();
  const held = byClient.get(queryClient);
  if (held) return held;
  const live = createLive({
    queryClient,
    api: { call, authorizedFetch },
    page: createBrowserPageSignals(),
    outbox: createOutbox(),
    exclusive: exclusiveByWebLocks('locks' in navigator ? navigator.locks : undefined),
    channel: openTabChannel('parley:outbox'),
    userId: () => session.current()?.user.id,
  });
  byClient.set(queryClient, live);
  live.restore();
  news.subscribe({ onNews: live.hear, onMissed: live.catchUp });
  session.subscribe((change) => {
    if (change === 'ended' || change === 'revoked') live.reset();
    if (change === 'started' || change === 'adopted') live.catchUp();
  });
  return live;
}

/** The live state of a run, newest flush; `undefined` when it is not followed. */
export function useRun(id: GenerationId | undefined): RunView | undefined {
  const { runs } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => (id === undefined ? () => undefined : runs.subscribe(id, listener)),
    [runs, id],
  );
  return useSyncExternalStore(subscribe, () => (id === undefined ? undefined : runs.view(id)));
}

/** A message as it is right now: the live copy while the cache still calls it running. */
export function useLiveMessage<M extends Message | undefined>(message: M): M | Message {
  const view = useRun(message?.generationId);
  return message?.status === 'running' && view ? view.message : message;
}

/** The first of several answers that is being written. */
export function useFirstWritten(answers: readonly Message[] = noMessages): Message | undefined {
  const { runs } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = answers.flatMap(({ generationId: id }) => (id === undefined ? [] : [runs.subscribe(id, listener)]));
      return () => {
        for (const end of ends) end();
      };
    },
    [runs, answers],
  );
  const isWritten = ({ status, generationId: id }: Message): boolean =>
    status === 'running' && id !== undefined && stateOf(runs.view(id)) !== 'idle';
  return useSyncExternalStore(subscribe, () => answers.find(isWritten));
}

/** What there is to say about a message's run without its text, so that tokens do not wake whoever asks. */
export type RunState = 'idle' | 'running' | 'stopping' | 'lost';

/** Whether a message is being written, is being stopped, or cannot be heard of right now. */
export function useRunState(message: Message | undefined): RunState {
  const { runs } = useLive();
  const id = message?.status === 'running' ? message.generationId : undefined;
  const subscribe = useCallback(
    (listener: () => void) => (id === undefined ? () => undefined : runs.subscribe(id, listener)),
    [runs, id],
  );
  return useSyncExternalStore(subscribe, () => (id === undefined ? 'idle' : stateOf(runs.view(id))));
}

function stateOf(view: RunView | undefined): RunState {
  if (view && view.message.status !== 'running') return 'idle';
  if (view?.stopping) return 'stopping';
  return view?.connection === 'lost' ? 'lost' : 'running';
}

/** A slice of the prompts on their way. */
export function useTurns<T>(select: (state: TurnState) => T): T {
  return useStore(useLive().turns, select);
}

/** The device an answer was asked for on, if news told it. */
export function useOrigin(id: GenerationId | undefined): Origin | undefined {
  return useStore(useLive().origins, (origins) => (id === undefined ? undefined : origins.get(id)));
}

/** What was answered to a waiting call from this page, while the answer is on its way. */
export function useGivenInput(asked: WaitingCall): GivenInput | undefined {
  return useStore(useLive().inputs, (inputs) => givenTo(inputs, asked));
}
