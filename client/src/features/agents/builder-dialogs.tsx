import type { Agent } from '@parley/contracts';
import type { SavedAgent } from './agent-lists.ts';
import { DeleteAgentDialog } from './delete-agent-dialog.tsx';
import { toForm } from './form/agent-form.ts';
import type { AgentFormState, SavedForm } from './form/use-agent-form.ts';
import type { SavingState } from './form/use-save-agent.ts';
import { useAgentActions } from './use-agent-actions.ts';
import { ConflictDialog } from './versions/conflict-dialog.tsx';
import { VersionsDialog } from './versions/versions-dialog.tsx';

export interface BuilderDialogsProps {
  readonly agent: Agent;
  readonly saved: SavedForm;
  readonly state: AgentFormState;
  readonly saving: SavingState;
  readonly shown: 'versions' | 'delete' | undefined;
  readonly onClose: () => void;
  readonly onSaved: (saved: SavedAgent | undefined) => void;
  readonly onDeleted: () => void;
}

/** What lies over the builder: the versions, a conflict with somebody else's, and the question before deleting. */
export function BuilderDialogs(props: BuilderDialogsProps) {
  const { agent, saved, state, saving, shown, onClose, onSaved, onDeleted } = props;
  const actions = useAgentActions();
  return (
    <>
      <VersionsDialog
        open={shown === 'versions'}
        onClose={onClose}
        id={agent.id}
        isDirty={state.isDirty}
        onRestored={({ agent: { version }, settings }) => state.reset({ form: toForm(settings), version })}
      />
      <ConflictDialog
        open={saving.hasConflict}
        onClose={saving.endConflict}
        id={agent.id}
        baseVersion={state.baseVersion}
        busy={saving.isSaving}
        onLoadTheirs={({ settings, version }) => {
          state.reset({ form: toForm(settings), version });
          saving.endConflict();
        }}
        onKeepMine={({ version }) => void saving.save(version).then(onSaved)}
      />
      <DeleteAgentDialog
        agent={shown === 'delete' ? agent : undefined}
        onClose={onClose}
        onDelete={async (leaving) => {
          const isGone = await actions.remove(leaving);
          if (!isGone) return false;
          state.reset(saved);
          onDeleted();
          return true;
        }}
      />
    </>
  );
}
