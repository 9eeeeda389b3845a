import type { Agent } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Ban, Copy, Download, History, Share2, Star, StarOff, Trash2, Undo2 } from 'lucide-react';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { meQuery } from '../../lib/query/queries.ts';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { useAgentActions } from './use-agent-actions.ts';

export interface AgentMenuHandlers {
  readonly onShare: (agent: Agent) => void;
  readonly onDelete: (agent: Agent) => void;
  /** The copy that was made. */
  readonly onDuplicated: (agent: Agent) => void;
  readonly onVersions?: (() => void) | undefined;
}

/** What this person may do with an agent beside chatting and editing, as lines of a menu; none where that is nothing. */
export function useAgentMenu(handlers: AgentMenuHandlers): (agent: Agent) => readonly MenuEntry[] {
  const { actions: texts } = useAgentTexts();
  const actions = useAgentActions();
  const isAdmin = useQuery(meQuery).data?.role === 'ADMIN';
  const icon = 'size-4';
  return (agent) => {
    const isOwner = agent.myRole === 'owner';
    const isEditor = isOwner || agent.myRole === 'editor';
    const { onVersions } = handlers;
    const entries: (MenuEntry | false)[] = [
      onVersions !== undefined && {
        kind: 'action',
        label: texts.versions,
        icon: <History className={icon} />,
        onSelect: onVersions,
      },
      isEditor && {
        kind: 'action',
        label: texts.duplicate,
        icon: <Copy className={icon} />,
        onSelect: () => void actions.duplicate(agent).then((made) => made && handlers.onDuplicated(made)),
      },
      isOwner && {
        kind: 'action',
        label: texts.share,
        icon: <Share2 className={icon} />,
        onSelect: () => handlers.onShare(agent),
      },
      isEditor && {
        kind: 'action',
        label: texts.export,
        icon: <Download className={icon} />,
        onSelect: () => void actions.export(agent),
      },
      isAdmin && isEditor && { kind: 'separator' },
      isAdmin && {
        kind: 'action',
        label: agent.promoted ? texts.demote : texts.promote,
        icon: agent.promoted ? <StarOff className={icon} /> : <Star className={icon} />,
        onSelect: () => void actions.promote(agent, !agent.promoted),
      },
      isAdmin && {
        kind: 'action',
        label: agent.disabled ? texts.enable : texts.disable,
        icon: agent.disabled ? <Undo2 className={icon} /> : <Ban className={icon} />,
        onSelect: () => void actions.disable(agent, !agent.disabled),
      },
      isOwner && { kind: 'separator' },
      isOwner && {
        kind: 'action',
        label: texts.delete,
        icon: <Trash2 className={icon} />,
        tone: 'danger',
        onSelect: () => handlers.onDelete(agent),
      },
    ];
    return entries.filter((entry) => entry !== false);
  };
}
