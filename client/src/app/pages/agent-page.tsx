import { agentsEndpoint } from '@parley/contracts';
import type { Agent, ConversationId } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { AgentBuilder } from '../../features/agents/agent-builder.tsx';
import { refreshAgentLists } from '../../features/agents/agent-lists.ts';
import { ChatPage } from '../../features/chat/chat-page.tsx';
import { ShareDialog } from '../../features/sharing/share-dialog.tsx';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { agentQuery } from '../../lib/query/agent-queries.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';

/** An agent's own page: its form with a chat to try it, or what it is for those who may only use it. */
export function AgentPage() {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { agentId } = useParams({ from: '/signed-in/agents/$agentId' });
  const [shared, setShared] = useState<Agent>();
  const open = ({ id }: Agent) => void navigate({ to: '/agents/$agentId', params: { agentId: id } });
  return (
    <>
      {agentId === 'new' ? <NewAgentTitle /> : <AgentTitle id={agentId} />}
      <AgentBuilder
        id={agentId === 'new' ? undefined : agentId}
        onCreated={({ id }) => void navigate({ to: '/agents/$agentId', params: { agentId: id }, replace: true })}
        onOpen={open}
        onReturn={() => void navigate({ to: '/agents/$agentId', params: { agentId } })}
        onDeleted={() => void navigate({ to: '/agents', replace: true })}
        onShare={setShared}
        renderChat={(agent) => <TrialChat agent={agent} />}
      />
      <ShareDialog
        thing={shared && { type: 'agent', id: shared.id, name: shared.name }}
        onClose={() => setShared(undefined)}
        onShared={() => refreshAgentLists(client)}
      />
    </>
  );
}

/** A chat with an agent that stays beside its form when its conversation has begun. */
function TrialChat({ agent }: { readonly agent: Agent }) {
  const [conversationId, setConversationId] = useState<ConversationId>();
  return (
    <ChatPage
      conversationId={conversationId}
      onConversationCreated={setConversationId}
      initialChoice={{ endpoint: agentsEndpoint, model: agent.id }}
      frame="pane"
    />
  );
}

function NewAgentTitle() {
  usePageTitle(useAgentTexts().builder.newTitle);
  return null;
}

function AgentTitle({ id }: { readonly id: Agent['id'] }) {
  const { market } = useAgentTexts();
  usePageTitle(useQuery(agentQuery(id)).data?.name ?? market.title);
  return null;
}
