import { ProblemError, problems } from '@parley/contracts';
import { UnreadableAnswerError } from './api/create-api.ts';
import { OfflineError } from './api/send.ts';
import { explainProblem } from './i18n/explain-problem.ts';
import type { Texts } from './i18n/use-texts.ts';

/** What happened and what to do next, for the person in front of the page. */
export function explainError(error: unknown, { problem }: Texts): string {
  if (error instanceof OfflineError) return error.reason === 'timeout' ? problem.timeout : problem.offline;
  if (error instanceof UnreadableAnswerError) return problem.unreadable;
  if (!(error instanceof ProblemError)) return problem.unknown;
  if (error.code === 'too-many-requests') return problem.tooManyRequests(error.retryAfterSeconds);
  if (error.code === 'session-ended' || error.code === 'not-authenticated') return problem.sessionEnded;
  return explainProblem({ code: error.code, title: problems[error.code].title, detail: error.detail });
}
