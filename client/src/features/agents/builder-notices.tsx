import { explainError } from '../../lib/explain-error.ts';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import type { AgentFormState, SavedForm } from './form/use-agent-form.ts';
import type { SavingState } from './form/use-save-agent.ts';

export interface BuilderNoticesProps {
  readonly state: AgentFormState;
  readonly saved: SavedForm;
  readonly saving: SavingState;
}

/** What there is to say above the form: why it was not saved, changes that came back, a newer version from elsewhere. */
export function BuilderNotices({ state, saved, saving }: BuilderNoticesProps) {
  const texts = useTexts();
  const { builder, conflict } = useAgentTexts();
  const wrong = Object.keys(state.errors).length;
  const { version } = saved;
  const isBehind = version !== null && state.baseVersion !== null && version > state.baseVersion;
  return (
    <>
      {saving.failure ? (
        <Banner tone="danger">{`${builder.failed} ${explainError(saving.failure, texts)}`}</Banner>
      ) : null}
      {wrong > 0 ? <Banner tone="danger">{builder.invalid(wrong)}</Banner> : null}
      {state.isRestored ? (
        <Banner
          tone="info"
          actions={
            <Button size="small" onClick={() => state.reset(saved)}>
              {builder.discard}
            </Button>
          }
        >
          {builder.draftBack}
        </Banner>
      ) : null}
      {state.isDirty && isBehind ? (
        <Banner
          tone="warning"
          actions={
            <Button size="small" onClick={saving.showConflict}>
              {conflict.compare}
            </Button>
          }
        >
          {conflict.newer(version)}
        </Banner>
      ) : null}
    </>
  );
}
