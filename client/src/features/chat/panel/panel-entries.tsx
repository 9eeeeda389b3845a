import type { Message } from '@parley/contracts';
import { GitFork, Info, ListTree, ScrollText } from 'lucide-react';
import type { PanelTexts } from '../../../lib/i18n/use-panel-texts.ts';
import type { MenuEntry } from '../../../ui/menu-entry.ts';
import { useChatPanel } from './chat-panel.ts';

const icon = 'size-4';

/**
 * What a turn's `⋯` menu offers of the panel and of forks. `taking` wraps what moves the focus itself. What was sent to
 * the model may hold what its owner alone knows.
 */
export function panelEntries(
  { id: messageId, role }: Message,
  { menu }: PanelTexts,
  taking: (act: () => void) => () => void,
  isOwner: boolean,
): MenuEntry[] {
  const { open, askFork } = useChatPanel.getState();
  const entries: MenuEntry[] = [
    {
      kind: 'action',
      label: menu.fork,
      icon: <GitFork className={icon} />,
      hint: 'B',
      onSelect: taking(() => askFork(messageId)),
    },
    {
      kind: 'action',
      label: menu.tree,
      icon: <ListTree className={icon} />,
      onSelect: taking(() => open({ kind: 'tree' })),
    },
  ];
  if (role === 'user') return entries;
  return [
    ...entries,
    ...(isOwner
      ? [
          {
            kind: 'action' as const,
            label: menu.sent,
            icon: <ScrollText className={icon} />,
            onSelect: taking(() => open({ kind: 'sent', messageId })),
          },
        ]
      : []),
    {
      kind: 'action',
      label: menu.details,
      icon: <Info className={icon} />,
      onSelect: taking(() => open({ kind: 'glass-box', messageId })),
    },
  ];
}
