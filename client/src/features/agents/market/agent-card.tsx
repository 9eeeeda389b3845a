import type { Agent } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { Ellipsis, MessageCircle, Pencil, Star } from 'lucide-react';
import { useId } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { buttonClass } from '../../../ui/button-class.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu } from '../../../ui/menu.tsx';
import type { MenuEntry } from '../../../ui/menu-entry.ts';
import { categoryName } from '../category-name.ts';

export interface AgentCardProps {
  readonly agent: Agent;
  readonly entries: readonly MenuEntry[];
}

/** One agent of the marketplace, with what can be done with it. */
export function AgentCard({ agent, entries }: AgentCardProps) {
  const texts = useAgentTexts();
  const { market, actions } = texts;
  const id = useId();
  const { name, description, category } = agent;
  const isEditor = agent.myRole !== 'viewer';
  return (
    <li aria-labelledby={id} className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-raised p-4">
      <div className="flex min-w-0 items-start gap-3">
        <Avatar name={name} picture={agent.avatar} />
        <div className="min-w-0 flex-1">
          <h2 id={id} className="truncate font-semibold" title={name}>
            {name}
          </h2>
          <p className="truncate text-xs text-text-muted">{market.by(agent.authorName)}</p>
        </div>
        {agent.promoted ? (
          <Badge tone="accent" icon={<Star aria-hidden className="size-3 fill-current" />}>
            {market.promoted}
          </Badge>
        ) : null}
      </div>
      <p className="line-clamp-3 min-h-10 flex-1 text-text-muted">
        {description === '' ? market.noDescription : description}
      </p>
      {category === null && !agent.disabled ? null : (
        <div className="flex flex-wrap gap-1.5">
          {category === null ? null : <Badge>{categoryName(category, texts)}</Badge>}
          {agent.disabled ? <Badge tone="warning">{market.disabled}</Badge> : null}
        </div>
      )}
      <div className="flex items-center gap-1.5">
        {agent.disabled ? null : (
          <Link
            to="/c/$conversationId"
            params={{ conversationId: 'new' }}
            search={{ agent: agent.id }}
            aria-label={actions.chatWith(name)}
            className={buttonClass('primary')}
          >
            <MessageCircle aria-hidden className="size-4" />
            {actions.chat}
          </Link>
        )}
        {isEditor ? (
          <Link
            to="/agents/$agentId"
            params={{ agentId: agent.id }}
            aria-label={actions.editNamed(name)}
            className={buttonClass('secondary')}
          >
            <Pencil aria-hidden className="size-4" />
            {actions.edit}
          </Link>
        ) : null}
        {entries.length === 0 ? null : (
          <Menu
            className="relative ms-auto inline-flex"
            entries={entries}
            renderTrigger={(props) => (
              <IconButton
                {...props}
                label={actions.moreFor(name)}
                tooltip={actions.more}
                icon={<Ellipsis aria-hidden className="size-4.5" />}
              />
            )}
          />
        )}
      </div>
    </li>
  );
}
