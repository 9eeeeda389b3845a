import { X } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { explainError } from '../../../../lib/explain-error.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import type { CodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../../ui/icon-button.tsx';
import type { CodeRunState } from './code-run-state.ts';
import { endOfRun } from './end-of-run.ts';
import { FileList } from './file-list.tsx';
import type { CodeRunRequest } from './follow-code-run.ts';
import { EndedOutput, LiveOutput } from './output-section.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunStatus, type RunStatusWords } from './run-status.tsx';
import { StopButton } from './stop-button.tsx';
import { useCodeRun } from './use-code-run.ts';

export interface DirectRunProps {
  readonly request: Omit<CodeRunRequest, 'runId'>;
  /** Name of the language, for people. */
  readonly language: string;
  readonly onEnded: () => void;
  readonly onClose: () => void;
}

/** A run that somebody asked for on this page, from its beginning; only they see it, and only until they leave. */
export function DirectRun({ request, language, onEnded, onClose }: DirectRunProps) {
  const texts = useCodeTexts();
  const allTexts = useTexts();
  const { state, isActive, isStopping, stop } = useCodeRun(request);
  const { printed, result } = state;
  const problem = state.cause === undefined ? state.problem : explainError(state.cause, allTexts);
  const tellEnd = useEffectEvent(onEnded);
  useEffect(() => {
    if (!isActive) tellEnd();
  }, [isActive]);
  const status = isStopping ? { tone: 'pending' as const, words: texts.states.stopping } : statusOf(state, texts);
  const label = texts.ownRun(language);
  return (
    <figure aria-label={label} className="m-0 border-t border-border">
      <div className="flex min-h-9 items-center gap-1 ps-3.5 pe-1 text-xs text-text-muted">
        <span className="me-auto min-w-0">
          <RunStatus label={label} status={status} />
        </span>
        {isActive ? (
          <StopButton label={texts.stop} busy={isStopping} onStop={() => void stop()} />
        ) : (
          <IconButton size="small" label={texts.close} icon={<X aria-hidden className="size-4" />} onClick={onClose} />
        )}
      </div>
      <RunAnnouncer
        isActive={isActive}
        running={texts.announce.running(language)}
        ended={texts.announce.ended(language, status.words, result?.files.length ?? 0)}
      />
      {isActive && printed !== '' ? <LiveOutput printed={printed} /> : null}
      {problem === undefined ? null : (
        <p className="isolate px-3.5 pb-2 text-sm wrap-anywhere text-danger">{problem}</p>
      )}
      {result ? (
        <>
          <EndedOutput {...result} isBad={status.tone === 'bad'} hasOther={result.files.length > 0} />
          <FileList files={result.files} skipped={result.skipped} />
        </>
      ) : null}
      {isActive ? null : (
        <p className="px-3.5 pb-2.5 text-xs text-text-muted">
          {result && result.files.length > 0 ? texts.note : texts.noteNoFiles}
        </p>
      )}
    </figure>
  );
}

function statusOf({ phase, position, result }: CodeRunState, texts: CodeTexts): RunStatusWords {
  switch (phase) {
    case 'sending':
      return { tone: 'pending', words: texts.states.starting };
    case 'queued':
      return { tone: 'pending', words: texts.queued(position) };
    case 'running':
      return { tone: 'running', words: texts.states.running };
    case 'lost':
      return { tone: 'pending', words: texts.lost };
    case 'done':
      return result
        ? { ...endOfRun(result, texts), durationMs: result.durationMs }
        : { tone: 'good', words: texts.states.done };
    case 'failed':
      return { tone: 'bad', words: texts.states.failed };
    default:
      return phase satisfies never;
  }
}
