import type { ErrorPart, ProblemCode } from '@parley/contracts';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { problemWords } from '../../../lib/i18n/explain-problem.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';

export interface ErrorPartViewProps {
  readonly part: ErrorPart;
  /** The next steps. */
  readonly actions: ReactNode;
}

/** Why an answer is not whole: what happened, and the next step. */
export function ErrorPartView({ part, actions }: ErrorPartViewProps) {
  const { chat } = useTexts();
  const { title, detail } = problemWords(part);
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card border border-border bg-raised px-3 py-2.5 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium text-danger">{title}</p>
        {detail === undefined ? null : <p className="mt-0.5 wrap-anywhere">{detail}</p>}
        <p className="mt-0.5 text-text-muted">{nextStep(part.code, chat)}</p>
      </div>
      {actions}
    </div>
  );
}

function nextStep(code: ProblemCode, { error }: Texts['chat']): string {
  switch (code) {
    case 'upstream-rate-limited':
    case 'too-many-requests':
    case 'upstream-timeout':
      return error.waitAndRetry;
    case 'upstream-error':
    case 'upstream-unreachable':
    case 'upstream-malformed':
    case 'upstream-cut':
    case 'upstream-refused':
    case 'model-not-found':
    case 'endpoint-not-found':
      return error.switchModel;
    case 'step-limit':
    case 'time-limit':
    case 'cost-limit':
      return error.limit;
    case 'agent-not-found':
    case 'agent-disabled':
      return error.agent;
    case 'internal-error':
      return error.askAdministrator;
    default:
      return error.retry;
  }
}
