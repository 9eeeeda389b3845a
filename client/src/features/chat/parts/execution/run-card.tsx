import type { ToolCallPart } from '@parley/contracts';
import { memo, use, useMemo, useState } from 'react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { languageOf } from '../../../../ui/markdown/code/code-languages.ts';
import '../../../../ui/markdown/code/code.css';
import { CopyButton } from '../../../../ui/markdown/code/copy-button.tsx';
import { hasEnded } from '../../live/waiting-calls.ts';
import { AnswerScopeContext } from '../answer-scope.ts';
import { StoredOutput } from '../stored-output.tsx';
import { callStatus } from './call-status.ts';
import { CodeSection } from './code-section.tsx';
import { endOfRun } from './end-of-run.ts';
import { FileList } from './file-list.tsx';
import { EndedOutput, LiveOutput } from './output-section.tsx';
import { PlainText } from './plain-text.tsx';
import { readCodeInput } from './read-code-input.ts';
import { RunAgain } from './run-again.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunStatus } from './run-status.tsx';
import { ScrollFrame } from './scroll-frame.tsx';
import { StopAnswer } from './stop-answer.tsx';

/** A call that runs code: the code while it is written, what it prints while it runs, then how it ended and its files. */
export const RunCard = memo(function RunCard({ part }: { readonly part: ToolCallPart }) {
  const texts = useCodeTexts();
  const { isRunning, generationId, asker } = use(AnswerScopeContext);
  const { execution, state, approval } = part;
  const asWritten = approval?.input ?? part.input;
  const input = useMemo(() => readCodeInput(asWritten), [asWritten]);
  const language = languageOf(execution?.language ?? input.lang);
  const isActive = isRunning && !hasEnded(part);
  const status = callStatus(part, isActive, texts);
  return (
    <figure aria-label={texts.run(language.label)} className="markdown-code m-0 min-w-0 text-sm">
      <div className="markdown-code-header">
        <span>
          <RunStatus label={language.label || texts.code} status={status} />
        </span>
        {isActive && generationId && asker === undefined ? <StopAnswer id={generationId} /> : null}
        {input.code === '' ? null : <CopyButton text={input.code} />}
      </div>
      <RunAnnouncer
        isActive={isActive && state === 'running'}
        running={texts.announce.running(language.label)}
        ended={texts.announce.ended(language.label, status.words, execution?.files.length ?? 0)}
      />
      {input.code === '' ? null : (
        <CodeSection code={input.code} language={language} isWriting={isActive && state === 'writing-input'} />
      )}
      <Outcome part={part} />
      {isActive || input.code === '' ? null : <RunAgain language={language} input={input} />}
    </figure>
  );
});

/** What came of it so far. */
function Outcome({ part }: { readonly part: ToolCallPart }) {
  const texts = useCodeTexts();
  const { execution, output = '', printed = '', stored, state } = part;
  const [whole, setWhole] = useState<string>();
  if (!execution) {
    if (printed !== '') {
      return (
        <div className="border-t border-border">
          <LiveOutput printed={printed} />
        </div>
      );
    }
    if (!hasEnded(part)) return null;
    return state === 'denied' ? <Denial part={part} /> : <Failure text={output} isBad={state === 'failed'} />;
  }
  const { stdout, stderr, truncated, files, skipped } = execution;
  const text = whole ?? output;
  return (
    <>
      <div className="border-t border-border">
        <EndedOutput
          stdout={text.slice(stdout.start, stdout.end)}
          stderr={text.slice(stderr.start, stderr.end)}
          truncated={truncated}
          isBad={endOfRun(execution, texts).tone === 'bad'}
          hasOther={files.length > 0}
        />
        {stored ? (
          <div className="px-3.5 pb-2">
            <StoredOutput stored={stored} onText={setWhole} />
          </div>
        ) : null}
      </div>
      <FileList files={files} skipped={skipped} />
    </>
  );
}

function Denial({ part: { answer } }: { readonly part: ToolCallPart }) {
  const { call } = useTexts().tools;
  const reason = answer?.kind === 'deny' ? answer.reason : undefined;
  return (
    <p className="isolate border-t border-border px-3.5 py-2 wrap-anywhere text-text-muted">
      {reason === undefined ? call.denied : call.deniedBecause(reason)}
    </p>
  );
}

/** Why it did not come to a run, in words of the server. */
function Failure({ text, isBad }: { readonly text: string; readonly isBad: boolean }) {
  const texts = useCodeTexts();
  if (text.trim() === '') return null;
  return (
    <div className="border-t border-border px-3.5 py-2">
      {isBad ? (
        <p className="isolate max-h-72 overflow-y-auto wrap-anywhere whitespace-pre-wrap text-danger">{text}</p>
      ) : (
        <ScrollFrame label={texts.output}>
          <PlainText text={text} />
        </ScrollFrame>
      )}
    </div>
  );
}
