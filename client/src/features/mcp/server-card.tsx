import type { McpServerView } from '@parley/contracts';
import { ChevronDown, Ellipsis, KeyRound, LogIn, LogOut, Pencil, PlugZap, Share2, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import type { McpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { Badge } from '../../ui/badge.tsx';
import type { BadgeProps } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { Menu } from '../../ui/menu.tsx';
import { ServerTools } from './server-tools.tsx';
import { useServerActions } from './use-server-actions.ts';

export interface ServerCardProps {
  readonly server: McpServerView;
  readonly onEdit: () => void;
  readonly onVariables: () => void;
  readonly onShare: () => void;
  readonly onRemove: () => void;
}

const tones: Readonly<Record<McpServerView['state'], BadgeProps['tone']>> = {
  idle: 'neutral',
  connecting: 'neutral',
  connected: 'success',
  'sign-in-needed': 'warning',
  'variables-needed': 'warning',
  failing: 'danger',
};

/** One server: what it is, how it goes with it, its next step, and on demand its tools. */
export function ServerCard(props: ServerCardProps) {
  const { server } = props;
  const texts = useMcpTexts();
  const actions = useServerActions(server);
  const entries = menuOf(props, actions, texts);
  const [showsTools, setShowsTools] = useState(false);
  const toolsId = useId();
  const { title, state } = server;
  const tools = server.toolCount === null ? texts.tools.show : texts.toolCount(server.toolCount);
  return (
    <li className="rounded-card border border-border bg-raised p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h2 className="font-medium wrap-anywhere">{title}</h2>
            <Badge tone={tones[state] ?? 'neutral'}>{texts.states[state]}</Badge>
            <Badge>{texts.origins[server.origin]}</Badge>
          </div>
          {server.description === '' ? null : (
            <p className="mt-1 wrap-anywhere text-text-muted">{server.description}</p>
          )}
          {server.url === undefined ? null : <p className="mt-1 text-xs wrap-anywhere text-text-muted">{server.url}</p>}
          {server.trouble === undefined ? null : (
            <p className="mt-2 text-sm wrap-anywhere text-danger">{server.trouble}</p>
          )}
        </div>
        {entries.length === 0 ? null : (
          <Menu
            entries={entries}
            renderTrigger={(trigger) => (
              <IconButton
                {...trigger}
                label={texts.moreOf(title)}
                icon={<Ellipsis aria-hidden className="size-4.5" />}
              />
            )}
          />
        )}
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {state === 'sign-in-needed' ? (
          <Button
            variant="primary"
            icon={<LogIn aria-hidden className="size-4" />}
            aria-label={texts.signInTo(title)}
            busy={actions.signIn.isPending}
            onClick={() => actions.signIn.mutate()}
          >
            {texts.signIn}
          </Button>
        ) : null}
        {state === 'variables-needed' ? (
          <Button
            variant="primary"
            icon={<KeyRound aria-hidden className="size-4" />}
            aria-label={texts.variablesOf(title)}
            onClick={props.onVariables}
          >
            {texts.variables}
          </Button>
        ) : null}
        <Button
          icon={<PlugZap aria-hidden className="size-4" />}
          aria-label={texts.testOf(title)}
          busy={actions.test.isPending}
          onClick={() => actions.test.mutate()}
        >
          {texts.test}
        </Button>
        <Button
          variant="ghost"
          aria-label={texts.tools.showOf(tools, title)}
          aria-expanded={showsTools}
          aria-controls={showsTools ? toolsId : undefined}
          onClick={() => setShowsTools(!showsTools)}
        >
          {tools}
          <ChevronDown aria-hidden className={classNames('size-4 transition-transform', showsTools && 'rotate-180')} />
        </Button>
      </div>
      {showsTools ? (
        <div id={toolsId} className="mt-3 border-t border-border pt-3">
          <ServerTools name={server.name} />
        </div>
      ) : null}
    </li>
  );
}

function menuOf(
  { server, onEdit, onVariables, onShare, onRemove }: ServerCardProps,
  { signIn, signOut }: ReturnType<typeof useServerActions>,
  texts: McpTexts,
): MenuEntry[] {
  const entries: MenuEntry[] = [];
  const add = (label: string, Icon: typeof LogIn, onSelect: () => void, tone?: 'danger'): void => {
    const icon = <Icon aria-hidden className="size-4" />;
    entries.push({ kind: 'action', label, icon, onSelect, ...(tone === undefined ? {} : { tone }) });
  };
  if (server.auth === 'oauth') {
    if (server.isSignedIn) add(texts.signOut, LogOut, () => signOut.mutate());
    else add(texts.signIn, LogIn, () => signIn.mutate());
  }
  if (server.variables.length > 0) add(texts.variables, KeyRound, onVariables);
  const isOwn = server.origin === 'user';
  if (isOwn && server.myRole !== 'viewer') add(texts.edit, Pencil, onEdit);
  if (isOwn && server.myRole === 'owner') {
    add(texts.share, Share2, onShare);
    entries.push({ kind: 'separator' });
    add(texts.remove, Trash2, onRemove, 'danger');
  }
  return entries;
}
