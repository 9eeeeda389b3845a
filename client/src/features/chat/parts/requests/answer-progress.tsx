import { ProblemError } from '@parley/contracts';
import { CircleAlert, CloudOff } from 'lucide-react';
import { explainError } from '../../../../lib/explain-error.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { Spinner } from '../../../../ui/spinner.tsx';
import type { Answering } from './use-answer.ts';

/** What became of an answer that was given here: on its way, waiting for the network, taken, or why not. */
export function AnswerProgress({ answering: { given, takeBack } }: { readonly answering: Answering }) {
  const texts = useTexts();
  const { request } = texts.tools;
  return (
    <>
      <output className="me-auto flex min-w-0 flex-1 basis-40 items-center gap-2 text-text-muted empty:hidden">
        {given?.state === 'sending' || given?.state === 'sent' ? (
          <>
            <Spinner active />
            {given.state === 'sending' ? request.sending : request.sent}
          </>
        ) : null}
        {given?.state === 'waiting' ? (
          <>
            <CloudOff aria-hidden className="size-4 shrink-0" />
            {request.offline}
          </>
        ) : null}
        {given?.state === 'refused' ? (
          <>
            <CircleAlert aria-hidden className="size-4 shrink-0 text-danger" />
            <span>{refusal(given.cause, texts)}</span>
          </>
        ) : null}
      </output>
      {given?.state === 'waiting' ? (
        <Button size="small" onClick={takeBack}>
          {request.takeBack}
        </Button>
      ) : null}
    </>
  );
}

function refusal(cause: unknown, texts: ReturnType<typeof useTexts>): string {
  const { request } = texts.tools;
  const code = cause instanceof ProblemError ? cause.code : undefined;
  if (code === 'input-not-awaited' || code === 'command-id-taken') return request.elsewhere;
  if (code === 'generation-over') return request.over;
  return request.failed(explainError(cause, texts));
}
