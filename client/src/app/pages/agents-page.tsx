import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Agent } from '@parley/contracts';
import { FileUp, Plus } from 'lucide-react';
import { useState } from 'react';
import { refreshAgentLists } from '../../features/agents/agent-lists.ts';
import { AgentMarket } from '../../features/agents/market/agent-market.tsx';
import { ImportDialog } from '../../features/agents/market/import-dialog.tsx';
import { filterOf, searchOf } from '../../features/agents/market/market-filter.ts';
import { ShareDialog } from '../../features/sharing/share-dialog.tsx';
import { useAgentTexts } from '../../lib/i18n/use-agent-texts.ts';
import { usePageTitle } from '../../lib/use-page-title.ts';
import { Button } from '../../ui/button.tsx';
import { buttonClass } from '../../ui/button-class.ts';
import { ContentPage } from '../content-page.tsx';

/** The marketplace: every agent somebody may use. What it shows stands in the address. */
export function AgentsPage() {
  const { market } = useAgentTexts();
  const navigate = useNavigate({ from: '/agents' });
  const client = useQueryClient();
  const filter = filterOf(useSearch({ from: '/signed-in/agents' }));
  const [shared, setShared] = useState<Agent>();
  const [isImporting, setImporting] = useState(false);
  const open = ({ id }: Agent) => void navigate({ to: '/agents/$agentId', params: { agentId: id } });
  usePageTitle(market.title);
  return (
    <ContentPage
      title={market.title}
      intro={market.intro}
      width="wide"
      actions={
        <>
          <Button icon={<FileUp aria-hidden className="size-4" />} onClick={() => setImporting(true)}>
            {market.import}
          </Button>
          <Link to="/agents/$agentId" params={{ agentId: 'new' }} className={buttonClass('primary')}>
            <Plus aria-hidden className="size-4" />
            {market.create}
          </Link>
        </>
      }
    >
      <AgentMarket
        filter={filter}
        onFilter={(next) => void navigate({ search: searchOf(next), replace: true })}
        onShare={setShared}
        onOpen={open}
      />
      <ShareDialog
        thing={shared && { type: 'agent', id: shared.id, name: shared.name }}
        onClose={() => setShared(undefined)}
        onShared={() => refreshAgentLists(client)}
      />
      <ImportDialog open={isImporting} onClose={() => setImporting(false)} onOpenAgent={open} />
    </ContentPage>
  );
}
