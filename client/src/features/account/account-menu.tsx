import { useQuery } from '@tanstack/react-query';
import {
  BookOpen,
  Cable,
  ChevronsUpDown,
  Keyboard,
  LogOut,
  MessageSquareText,
  Settings,
  ShieldCheck,
  Webhook,
} from 'lucide-react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { meQuery } from '../../lib/query/queries.ts';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';

export interface AccountMenuProps {
  readonly onOpenSettings: () => void;
  readonly onOpenPrompts: () => void;
  readonly onOpenMcpServers: () => void;
  readonly onOpenActions: () => void;
  /** Offered to admins only. */
  readonly onOpenAdmin: () => void;
  readonly onOpenDocumentation: () => void;
  readonly onShowShortcuts: () => void;
  readonly onSignOut: () => void;
}

const themes = ['system', 'light', 'dark'] as const;

/** Who is signed in, and what belongs to them rather than to a chat. */
export function AccountMenu(props: AccountMenuProps) {
  const { account, settings } = useTexts();
  const user = useQuery(meQuery).data;
  const theme = usePreferences((preferences) => preferences.theme);
  const icon = 'size-4';
  const entries: MenuEntry[] = [
    { kind: 'heading', label: user?.email ?? '' },
    {
      kind: 'choice',
      label: account.theme,
      value: theme,
      options: themes.map((value) => ({ value, label: settings.themes[value] })),
      onChoose: (value) => setPreferences({ theme: themes.find((candidate) => candidate === value) ?? 'system' }),
    },
    { kind: 'separator' },
    { kind: 'action', label: account.settings, icon: <Settings className={icon} />, onSelect: props.onOpenSettings },
    {
      kind: 'action',
      label: account.prompts,
      icon: <MessageSquareText className={icon} />,
      onSelect: props.onOpenPrompts,
    },
    { kind: 'action', label: account.mcpServers, icon: <Cable className={icon} />, onSelect: props.onOpenMcpServers },
    { kind: 'action', label: account.actions, icon: <Webhook className={icon} />, onSelect: props.onOpenActions },
    ...(user?.role === 'ADMIN'
      ? [
          {
            kind: 'action',
            label: account.admin,
            icon: <ShieldCheck className={icon} />,
            onSelect: props.onOpenAdmin,
          } as const,
        ]
      : []),
    {
      kind: 'action',
      label: account.documentation,
      icon: <BookOpen className={icon} />,
      onSelect: props.onOpenDocumentation,
    },
    {
      kind: 'action',
      label: account.shortcuts,
      hint: '?',
      icon: <Keyboard className={icon} />,
      onSelect: props.onShowShortcuts,
    },
    { kind: 'separator' },
    { kind: 'action', label: account.signOut, icon: <LogOut className={icon} />, onSelect: props.onSignOut },
  ];
  const name = user?.name ?? '';
  return (
    <Menu
      side="top"
      align="start"
      className="relative flex"
      entries={entries}
      renderTrigger={(trigger) => (
        <button
          type="button"
          {...trigger}
          className="flex h-10 w-full items-center gap-2.5 rounded-control px-1.5 text-start hover:bg-hover aria-expanded:bg-hover touch:h-12"
        >
          <span
            aria-hidden
            className="grid size-7 shrink-0 place-items-center rounded-full bg-accent text-xs font-semibold text-on-accent"
          >
            {initialsOf(name)}
          </span>
          <VisuallyHidden>{account.menuOf}</VisuallyHidden>
          <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-text-muted" />
        </button>
      )}
    />
  );
}

/** The first letters of the first and the last word of a name. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const first = words.at(0) ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return [first, last].map((word) => Array.from(word)[0]?.toUpperCase() ?? '').join('');
}
