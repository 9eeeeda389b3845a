import type { GenerationId } from '@parley/contracts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { showToast } from '../../../../ui/toast-store.ts';
import { useLive, useRun } from '../../live/use-live.ts';
import { StopButton } from './stop-button.tsx';

/** Stops the answer that runs code, and the code with it. */
export function StopAnswer({ id }: { readonly id: GenerationId }) {
  const { stop: label, stopAnswer, stopFailed } = useCodeTexts();
  const live = useLive();
  const run = useRun(id);
  const stop = async () => {
    if (!(await live.stop(id))) showToast({ text: stopFailed, tone: 'danger' });
  };
  return <StopButton label={label} name={stopAnswer} busy={run?.stopping ?? false} onStop={() => void stop()} />;
}
