import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { endOfSentences, spokenText } from './spoken-text.ts';

/** Long enough to be heard to its end before more comes. */
const everyMs = 3_000;

interface Spoken {
  readonly id: Message['id'] | undefined;
  readonly said: readonly string[];
  /** How far into the text they go. */
  readonly end: number;
}

const nothing: Spoken = { id: undefined, said: [], end: 0 };

/** The sentences of a running answer that were finished, a batch every few seconds. */
export function useSpokenSentences(answer: Message | undefined): Spoken {
  const { announce } = useTexts().chat;
  const [spoken, setSpoken] = useState(nothing);
  const speak = useEffectEvent(() => {
    if (!answer) return;
    const held = spoken.id === answer.id ? spoken : nothing;
    const text = messageText(answer);
    const end = endOfSentences(text, held.end);
    const line = spokenText(text.slice(held.end, end), announce.codeBlock);
    if (end > held.end) setSpoken({ id: answer.id, said: [...held.said, line], end });
  });
  const isRunning = answer?.status === 'running';
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => speak(), everyMs);
    return () => clearInterval(timer);
  }, [isRunning]);
  return spoken.id === answer?.id ? spoken : nothing;
}
