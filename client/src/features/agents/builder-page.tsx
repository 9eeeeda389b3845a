import type { Agent } from '@parley/contracts';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { session } from '../../lib/api/call.ts';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import type { AgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { showToast } from '../../ui/toast-store.ts';
import type { SavedAgent } from './agent-lists.ts';
import { BuilderDialogs } from './builder-dialogs.tsx';
import { BuilderHeader } from './builder-header.tsx';
import { BuilderNotices } from './builder-notices.tsx';
import { AgentFormView } from './form/agent-form-view.tsx';
import { useAgentForm } from './form/use-agent-form.ts';
import type { AgentFormState, SavedForm } from './form/use-agent-form.ts';
import { useSaveAgent } from './form/use-save-agent.ts';
import { TryArea } from './try/try-area.tsx';
import { useAgentMenu } from './use-agent-menu.tsx';
import { useHasRoom } from './use-has-room.ts';

export interface BuilderPageProps {
  readonly agent: Agent | undefined;
  /** What the server has. */
  readonly saved: SavedForm;
  readonly onCreated: (agent: Agent) => void;
  readonly onOpen: (agent: Agent) => void;
  /** Leads back to where changes were left behind. */
  readonly onReturn: () => void;
  readonly onDeleted: () => void;
  readonly onShare: (agent: Agent) => void;
  readonly renderChat: (agent: Agent) => ReactNode;
}

/** The builder once its agent is known: header, form, and the chat beside it or, where there is no room, over it. */
export function BuilderPage(props: BuilderPageProps) {
  const { agent, saved, onCreated, onOpen, onShare, onReturn, renderChat } = props;
  const { builder } = useAgentTexts();
  const state = useAgentForm(agent?.id ?? 'new', saved);
  const saving = useSaveAgent({ id: agent?.id, state });
  const hasRoom = useHasRoom();
  const [isTrying, setTrying] = useState(false);
  const [shown, setShown] = useState<'versions' | 'delete'>();
  const [lastSaved, setLastSaved] = useState<number>();
  const form = useRef<HTMLFormElement>(null);
  const isDone = useRef(false);
  const entriesFor = useAgentMenu({
    onShare,
    onDelete: () => setShown('delete'),
    onDuplicated: onOpen,
    onVersions: () => setShown('versions'),
  });

  const finish = (made: SavedAgent | undefined) => {
    if (!made) {
      // What is wrong is marked by then.
      setTimeout(() => focusFirstError(form.current, () => setTrying(false)), 0);
      return;
    }
    setLastSaved(made.agent.version);
    if (agent) return;
    isDone.current = true;
    onCreated(made.agent);
  };
  const save = async () => {
    if (agent && !state.isDirty) setLastSaved(agent.version);
    else finish(await saving.save());
  };
  useShortcuts([
    {
      id: 'save-agent',
      keys: 'Mod+S',
      label: builder.saveShortcut,
      group: builder.shortcutGroup,
      run: () => void save(),
    },
  ]);
  useBlocker({
    enableBeforeUnload: false,
    shouldBlockFn() {
      if (state.isDirty && !isDone.current && session.current()) {
        showToast({ text: builder.draftKept, action: { label: builder.goBack, onAction: onReturn } });
      }
      isDone.current = false;
      return false;
    },
  });

  const name = state.form.name.trim();
  return (
    <>
      <BuilderHeader
        title={name === '' ? builder.newTitle : name}
        status={statusOf(state, saving.isSaving, lastSaved, builder)}
        isDirty={state.isDirty || !agent}
        busy={saving.isSaving}
        onSave={() => void save()}
        onTry={hasRoom ? undefined : () => setTrying(true)}
        entries={agent ? entriesFor(agent) : []}
      />
      <div className="flex min-h-0 flex-1">
        <main data-region="transcript" tabIndex={-1} className="@container min-w-0 flex-1 overflow-y-auto">
          <div className="mx-auto flex w-full max-w-(--column-width) flex-col gap-4 px-3 pt-4 pb-16 sm:px-6">
            <BuilderNotices state={state} saved={saved} saving={saving} />
            <AgentFormView
              formRef={form}
              form={state.form}
              errors={state.errors}
              change={state.change}
              self={agent?.id}
              onSubmit={() => void save()}
            />
          </div>
        </main>
        <TryArea
          agent={agent}
          isDirty={state.isDirty}
          busy={saving.isSaving}
          onSave={() => void save()}
          isBeside={hasRoom}
          isOpen={isTrying}
          onClose={() => setTrying(false)}
          renderChat={renderChat}
        />
      </div>
      {agent ? (
        <BuilderDialogs
          agent={agent}
          saved={saved}
          state={state}
          saving={saving}
          shown={shown}
          onClose={() => setShown(undefined)}
          onSaved={finish}
          onDeleted={() => {
            isDone.current = true;
            props.onDeleted();
          }}
        />
      ) : null}
    </>
  );
}

function focusFirstError(form: HTMLFormElement | null, beforehand: () => void): void {
  const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (!field) return;
  beforehand();
  // What lay over the form gives the focus back first.
  setTimeout(() => field.focus(), 0);
}

function statusOf(
  { isDirty, baseVersion }: AgentFormState,
  isSaving: boolean,
  lastSaved: number | undefined,
  builder: AgentTexts['builder'],
): string {
  if (isSaving) return builder.saving;
  if (isDirty && baseVersion !== null) return builder.dirty;
  if (baseVersion === null) return builder.notSaved;
  return lastSaved === baseVersion ? builder.saved(baseVersion) : builder.unchanged(baseVersion);
}
