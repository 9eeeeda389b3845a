import { ProblemError } from '@parley/contracts';
import type { Api } from '../../../lib/api/create-api.ts';

/** Asks for a log. The log reader wants statuses; only for a session that has ended there is none left to return. */
export async function fetchLog(api: Pick<Api, 'authorizedFetch'>, url: string, init: RequestInit): Promise<Response> {
  try {
    return await api.authorizedFetch(url, init);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return new Response(null, { status: 401 });
    throw error;
  }
}
