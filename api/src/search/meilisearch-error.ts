import { MeilisearchApiError, MeilisearchRequestError, MeilisearchTaskTimeOutError } from 'meilisearch';

/** Meilisearch took something on and could not do it. */
export class MeilisearchTaskError extends Error {
  override readonly name = 'MeilisearchTaskError';
  /** Of Meilisearch's list of errors, or how the task ended. */
  readonly code: string;

  constructor(code: string) {
    super(`Meilisearch could not finish a task: ${code}`);
    this.code = code;
  }
}

const hints: Readonly<Record<number, string>> = {
  401: ', MEILI_MASTER_KEY is missing',
  403: ', MEILI_MASTER_KEY is not its key',
};

/** An error that may be logged: Meilisearch's own messages repeat what was looked for. */
export function describeMeilisearchError(error: unknown): Error {
  if (error instanceof MeilisearchTaskError) return error;
  if (error instanceof MeilisearchTaskTimeOutError) return new Error('Meilisearch took too long for a task');
  if (error instanceof MeilisearchApiError) {
    const { status } = error.response;
    return new Error(`Meilisearch answered ${status} ${error.cause?.code ?? ''}`.trimEnd() + (hints[status] ?? ''));
  }
  if (error instanceof MeilisearchRequestError) return new Error(`Meilisearch cannot be reached: ${reasonOf(error)}`);
  // Neither JSON nor what was asked for, such as the page of a proxy.
  return new Error('Meilisearch answered with something unreadable');
}

/** The innermost cause, such as `ECONNREFUSED`. */
function reasonOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof Error && cause.cause instanceof Error) return reasonOf(cause);
  if (!(cause instanceof Error)) return 'no answer in time';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.name === 'Error' ? cause.message : cause.name;
}
