import { messageText } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { useMemo, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { waitingCalls } from '../live/waiting-calls.ts';
import { countWords, spokenText } from './spoken-text.ts';

/**
 * Tells screen readers about the newest answer, politely and apart from the transcript: that it is being written, that it waits for them, then
 * its text, then that it is complete. Answers that were there already are not read out.
 */
export function AnswerAnnouncer({ answer }: { readonly answer: Message | 'pending' | undefined }) {
  const { announce } = useTexts().chat;
  const writing = answer === 'pending' ? answer : answer?.status === 'running' ? answer.id : undefined;
  const [awaited, setAwaited] = useState(writing);
  if (writing !== undefined && writing !== awaited) setAwaited(writing);
  const lines = useMemo(() => {
    if (answer === undefined) return [];
    if (answer === 'pending') return [announce.answering];
    if (answer.status === 'running') return [waitingLine(answer, announce) ?? announce.answering];
    return awaited === answer.id || awaited === 'pending' ? endLines(answer, announce) : [];
  }, [answer, awaited, announce]);

  return (
    <div aria-live="polite" className="sr-only" data-testid="answer-announcer">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

/** That an answer waits for its user, and what for. */
function waitingLine({ parts }: Message, announce: Texts['chat']['announce']): string | undefined {
  const [first] = waitingCalls(parts);
  if (!first) return undefined;
  const { request } = first;
  return request?.kind === 'approval' ? announce.approval(request.title) : announce.waiting;
}

function endLines(answer: Message, announce: Texts['chat']['announce']): string[] {
  const spoken = spokenText(messageText(answer), announce.codeBlock);
  const error = answer.parts.find((part) => part.type === 'error');
  const end =
    answer.status === 'stopped'
      ? announce.stopped
      : answer.status === 'failed'
        ? `${announce.failed} ${error?.title ?? ''}`.trim()
        : announce.complete(countWords(spoken));
  return spoken === '' ? [end] : [spoken, end];
}
