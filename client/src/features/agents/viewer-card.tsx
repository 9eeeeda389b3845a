import type { Agent } from '@parley/contracts';
import { Link } from '@tanstack/react-router';
import { MessageCircle } from 'lucide-react';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { buttonClass } from '../../ui/button-class.ts';

/** An agent on its own page, for somebody who may use but not change it. */
export function ViewerCard({ agent }: { readonly agent: Agent }) {
  const { builder, actions, market } = useAgentTexts();
  return (
    <main data-region="transcript" tabIndex={-1} className="grid flex-1 place-items-center overflow-y-auto p-6">
      <div className="flex max-w-md flex-col items-center gap-3 text-center">
        <Avatar name={agent.name} picture={agent.avatar} size="large" />
        <h1 className="text-xl font-semibold text-balance">{agent.name}</h1>
        {agent.description === '' ? null : <p>{agent.description}</p>}
        <p className="text-text-muted">{agent.disabled ? market.disabledHint : builder.viewerText(agent.authorName)}</p>
        <div className="mt-2 flex flex-wrap justify-center gap-2">
          {agent.disabled ? null : (
            <Link
              to="/c/$conversationId"
              params={{ conversationId: 'new' }}
              search={{ agent: agent.id }}
              className={buttonClass('primary')}
            >
              <MessageCircle aria-hidden className="size-4" />
              {actions.chatWith(agent.name)}
            </Link>
          )}
          <Link to="/agents" className={buttonClass()}>
            {builder.back}
          </Link>
        </div>
      </div>
    </main>
  );
}
