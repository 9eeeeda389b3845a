import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { useMemo, useState } from 'react';
import { problemWords } from '../../../lib/i18n/explain-problem.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import type { Preferences } from '../../../lib/preferences.ts';
import { waitingCalls } from '../live/waiting-calls.ts';
import { countWords, spokenText } from './spoken-text.ts';
import { useSpokenSentences } from './use-spoken-sentences.ts';

export interface AnswerAnnouncerProps {
  readonly answer: Message | 'pending' | undefined;
  /** The name of whoever asked for it, where that was somebody else. */
  readonly asker: string | undefined;
}

/**
 * Tells screen readers about the newest answer, politely and apart from the transcript: that it is being written, that it
 * waits for them, then its text, then that it is complete; how much of it is a preference. Answers that were there
 * already are not read out.
 */
export function AnswerAnnouncer({ answer, asker }: AnswerAnnouncerProps) {
  const { announce } = useTexts().chat;
  const mode = usePreferences((preferences) => preferences.announcements);
  const writing = answer === 'pending' ? answer : answer?.status === 'running' ? answer.id : undefined;
  const [awaited, setAwaited] = useState(writing);
  if (writing !== undefined && writing !== awaited) setAwaited(writing);
  const message = answer === 'pending' ? undefined : answer;
  const sentences = useSpokenSentences(mode === 'sentences' ? message : undefined);
  const lines = useMemo(() => {
    if (answer === undefined) return [];
    if (answer === 'pending') return mode === 'off' ? [] : [announce.answering];
    if (answer.status === 'running') {
      const waiting = waitingLine(answer, announce, asker);
      if (waiting !== undefined) return [waiting];
      return mode === 'off' ? [] : [announce.answering, ...sentences.said];
    }
    if (mode === 'off' || (awaited !== answer.id && awaited !== 'pending')) return [];
    return endLines(answer, announce, mode, sentences.end);
  }, [answer, asker, awaited, announce, mode, sentences]);

  return (
    <div aria-live="polite" className="sr-only" data-testid="answer-announcer">
      {lines.map((line, index) => (
        <p key={`${String(index)} ${line}`}>{line}</p>
      ))}
    </div>
  );
}

/** That an answer waits for its user, and what for. */
function waitingLine(
  { parts }: Message,
  announce: Texts['chat']['announce'],
  asker: string | undefined,
): string | undefined {
  const [first] = waitingCalls(parts);
  if (!first) return undefined;
  if (asker !== undefined) return announce.waitsFor(asker);
  const { request } = first;
  return request?.kind === 'approval' ? announce.approval(request.title) : announce.waiting;
}

/** What is left to say of an answer of which `said` characters were read out, and how it ended. */
function endLines(
  answer: Message,
  announce: Texts['chat']['announce'],
  mode: Preferences['announcements'],
  said: number,
): string[] {
  const text = messageText(answer);
  const spoken = spokenText(text, announce.codeBlock);
  const rest = mode === 'status' ? '' : spokenText(text.slice(said), announce.codeBlock);
  const error = answer.parts.find((part) => part.type === 'error');
  const end =
    answer.status === 'stopped'
      ? announce.stopped
      : answer.status === 'failed'
        ? `${announce.failed} ${error ? problemWords(error).title : ''}`.trim()
        : announce.complete(countWords(spoken));
  return rest === '' ? [end] : [rest, end];
}
