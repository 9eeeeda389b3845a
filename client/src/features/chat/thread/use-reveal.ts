import type { ConversationId, Message, MessageId } from '@parley/contracts';
import { useEffect, useEffectEvent } from 'react';
import { flushSync } from 'react-dom';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { showToast } from '../../../ui/toast-store.ts';
import { branchTo } from './branch-to.ts';
import { useWantedMessage } from './reveal-message.ts';
import { type BranchChoices, visiblePath } from './visible-path.ts';

export interface RevealOptions {
  readonly conversationId: ConversationId;
  /** All messages of the conversation; `undefined` until they are loaded. */
  readonly messages: readonly Message[] | undefined;
  readonly onChoose: (chosen: BranchChoices) => void;
  /** Mounts so many of the newest turns. */
  readonly onShowLast: (most: number) => void;
  /** The reader does not want to be at the end any more. */
  readonly onLeaveEnd: () => void;
}

/** So many turns before the one that is shown are mounted, too. */
const turnsAbove = 10;

/** Shows the message that `revealMessage` asked for, as soon as that is possible. */
export function useReveal({ conversationId, messages, onChoose, onShowLast, onLeaveEnd }: RevealOptions): void {
  const { reveal } = useTurnTexts();
  const wanted = useWantedMessage((state) => state.wanted);
  const isDue = wanted?.conversationId === conversationId && messages !== undefined;

  const show = useEffectEvent((id: MessageId) => {
    useWantedMessage.setState({ wanted: undefined });
    const chosen = branchTo(messages ?? [], id);
    if (!chosen) {
      showToast({ text: reveal.gone });
      return;
    }
    const path = visiblePath(messages ?? [], chosen);
    const index = path.findIndex(({ message }) => message.id === id);
    flushSync(() => {
      onLeaveEnd();
      onChoose(chosen);
      onShowLast(path.length - index + turnsAbove);
    });
    focusMessage(id);
    // Turns that were never painted get their height now; the second look lands where the first one aimed.
    requestAnimationFrame(() => requestAnimationFrame(() => focusMessage(id)));
  });
  useEffect(() => {
    // A task later: what it shows has to be on the page before it can be shown.
    const timer = isDue ? setTimeout(() => show(wanted.messageId)) : undefined;
    return () => clearTimeout(timer);
  }, [isDue, wanted]);
}

function focusMessage(id: MessageId): void {
  const turn = document.querySelector<HTMLElement>(`[data-message="${id}"]`);
  turn?.focus({ preventScroll: true });
  turn?.scrollIntoView({ block: turn.offsetHeight > window.innerHeight * 0.7 ? 'start' : 'center' });
}
