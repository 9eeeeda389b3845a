import { Link } from '@tanstack/react-router';
import { ArrowLeft, Ellipsis, MessageCircle } from 'lucide-react';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';

export interface BuilderHeaderProps {
  readonly title: string;
  /** Whether it is saved, as a few words; read out when it changes. */
  readonly status: string;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly onSave: () => void;
  /** Present where the chat with the agent is not beside the form. */
  readonly onTry: (() => void) | undefined;
  readonly entries: readonly MenuEntry[];
}

/** The row above the form: the way back, what is edited, whether it is saved, and saving it. */
export function BuilderHeader({ title, status, isDirty, busy, onSave, onTry, entries }: BuilderHeaderProps) {
  const { builder, actions, trying } = useAgentTexts();
  return (
    <header className="z-10 flex min-h-13 shrink-0 flex-wrap items-center gap-x-1.5 border-b border-border bg-bg ps-2 pe-3 pt-[env(safe-area-inset-top)] max-sm:pt-[calc(env(safe-area-inset-top)+4px)]">
      <Link
        to="/agents"
        aria-label={builder.back}
        data-tooltip={builder.back}
        // The shell's own buttons lie at the start of this row while the sidebar is hidden.
        className="ms-[max(0px,calc(var(--header-start)-0.5rem))] inline-flex max-sm:-mt-2 size-9 shrink-0 items-center justify-center rounded-control text-text-muted hover:bg-hover hover:text-text touch:size-11"
      >
        <ArrowLeft aria-hidden className="size-4.5" />
      </Link>
      <div className="min-w-0 flex-1 py-1 max-sm:order-last max-sm:basis-full max-sm:px-2 max-sm:pb-2">
        <h1 className="truncate text-sm font-semibold">{title}</h1>
        <output className="block truncate text-xs text-text-muted">{status}</output>
      </div>
      <span className="h-11 flex-1 sm:hidden" />
      {onTry ? (
        <IconButton label={trying.open} icon={<MessageCircle aria-hidden className="size-4.5" />} onClick={onTry} />
      ) : null}
      {entries.length === 0 ? null : (
        <Menu
          entries={entries}
          renderTrigger={(props) => (
            <IconButton
              {...props}
              label={actions.moreFor(title)}
              tooltip={actions.more}
              icon={<Ellipsis aria-hidden className="size-4.5" />}
            />
          )}
        />
      )}
      <Button variant={isDirty ? 'primary' : 'secondary'} busy={busy} onClick={onSave}>
        {builder.save}
      </Button>
    </header>
  );
}
