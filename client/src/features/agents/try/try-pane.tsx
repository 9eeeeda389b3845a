import type { Agent } from '@parley/contracts';
import { MessageCircle, RotateCcw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';

export interface TryPaneProps {
  /** Absent until it was saved for the first time. */
  readonly agent: Agent | undefined;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly onSave: () => void;
  readonly onRestart: () => void;
  /** Present where the pane lies over the page. */
  readonly onClose?: (() => void) | undefined;
  /** The chat with the agent. */
  readonly children: ReactNode;
}

/** A real conversation with the agent as it was saved last, beside its form. */
export function TryPane({ agent, isDirty, busy, onSave, onRestart, onClose, children }: TryPaneProps) {
  const { trying, builder } = useAgentTexts();
  const saveButton = (
    <Button variant="primary" size="small" busy={busy} onClick={onSave}>
      {builder.saveAndTry}
    </Button>
  );
  return (
    <div className="flex h-full min-h-0 flex-col pt-[env(safe-area-inset-top)]">
      <header className="flex h-13 shrink-0 items-center gap-1 border-b border-border ps-4 pe-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold">
          {trying.title}
          {agent ? (
            <span className="ms-2 text-xs font-normal text-text-muted">{trying.version(agent.version)}</span>
          ) : null}
        </h2>
        {agent ? (
          <IconButton label={trying.restart} icon={<RotateCcw aria-hidden className="size-4" />} onClick={onRestart} />
        ) : null}
        {onClose ? (
          <IconButton label={trying.close} icon={<X aria-hidden className="size-4.5" />} onClick={onClose} />
        ) : null}
      </header>
      {agent && isDirty ? (
        <Banner tone="info" actions={saveButton} className="m-3 mb-0">
          {trying.dirty(agent.version)}
        </Banner>
      ) : null}
      {agent?.disabled ? (
        <Banner tone="warning" className="m-3 mb-0">
          {trying.disabled}
        </Banner>
      ) : null}
      {agent ? (
        children
      ) : (
        <div className="flex flex-1 items-center">
          <EmptyState
            icon={<MessageCircle className="size-6" />}
            title={trying.unsavedTitle}
            text={trying.unsavedText}
            action={saveButton}
          />
        </div>
      )}
    </div>
  );
}
