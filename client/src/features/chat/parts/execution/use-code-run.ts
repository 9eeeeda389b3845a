import { codeRoutes, codeRunIdSchema } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import { authorizedFetch, call } from '../../../../lib/api/call.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { newId } from '../../../../lib/new-id.ts';
import { filesQuery } from '../../../../lib/query/code-queries.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import { afterEvents, newCodeRun } from './code-run-state.ts';
import { type CodeRunRequest, followCodeRun } from './follow-code-run.ts';

/** Runs code once, from when it is first used on, and follows the run. Leaving ends following it, not the run. */
export function useCodeRun(wanted: Omit<CodeRunRequest, 'runId'>) {
  const { stopFailed } = useCodeTexts();
  const queryClient = useQueryClient();
  const [request] = useState(() => ({ ...wanted, runId: z.parse(codeRunIdSchema, newId()) }));
  const [state, setState] = useState(newCodeRun);
  const [isStopping, setStopping] = useState(false);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    followCodeRun(request, {
      fetch: authorizedFetch,
      signal,
      onLost: () => setState((held) => ({ ...held, phase: 'lost' })),
      onEvents(events) {
        setState((held) => afterEvents(held, events));
        const wroteFiles = events.some((event) => event.type === 'done' && event.result.files.length > 0);
        if (!wroteFiles) return;
        void queryClient.invalidateQueries({ queryKey: filesQuery(request.conversationId).queryKey });
      },
    }).catch((cause: unknown) => {
      if (!signal.aborted) setState((held) => ({ ...held, phase: 'failed', cause }));
    });
    return () => leaving.abort();
  }, [request, queryClient]);

  const stop = async () => {
    setStopping(true);
    try {
      await call(codeRoutes.stop, { params: { id: request.runId } });
    } catch {
      setStopping(false);
      showToast({ text: stopFailed, tone: 'danger' });
    }
  };
  const isActive = state.phase !== 'done' && state.phase !== 'failed';
  return { state, isActive, isStopping: isStopping && isActive, stop };
}
