import type { McpServerView } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Cable, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { mcpServersQuery } from '../../lib/query/tool-queries.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { RemoveServerDialog } from './remove-server-dialog.tsx';
import { ServerCard } from './server-card.tsx';
import { ServerDialog } from './server-dialog.tsx';
import { VariablesDialog } from './variables-dialog.tsx';

export interface ServerListProps {
  /** Opens the sharing of a server. */
  readonly onShare: (server: McpServerView) => void;
}

type Shown =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'variables' | 'remove'; readonly server: McpServerView };

/** All servers somebody may use, and the way to add one. */
export function ServerList({ onShare }: ServerListProps) {
  const texts = useMcpTexts();
  // Signing in happens elsewhere, also in another tab.
  const { data, isError, refetch } = useQuery({ ...mcpServersQuery, refetchOnWindowFocus: 'always' });
  const [shown, setShown] = useState<Shown>();
  const close = () => setShown(undefined);
  const addButton = (
    <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setShown({ kind: 'add' })}>
      {texts.add}
    </Button>
  );
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-text-muted">
          {texts.intro}{' '}
          <Link to="/docs/$" params={{ _splat: 'guides/connect-mcp-servers' }} className="text-accent underline">
            {texts.guide}
          </Link>
        </p>
        {data !== undefined && data.length > 0 ? addButton : null}
      </div>
      {data === undefined ? (
        <QueryState isError={isError} failed={texts.failed} loading={texts.loading} onRetry={() => void refetch()} />
      ) : data.length === 0 ? (
        <EmptyState
          icon={<Cable className="size-6" />}
          title={texts.emptyTitle}
          text={texts.emptyText}
          action={addButton}
        />
      ) : (
        <ul className="flex flex-col gap-3">
          {data.map((server) => (
            <ServerCard
              key={server.name}
              server={server}
              onEdit={() => setShown({ kind: 'edit', server })}
              onVariables={() => setShown({ kind: 'variables', server })}
              onShare={() => onShare(server)}
              onRemove={() => setShown({ kind: 'remove', server })}
            />
          ))}
        </ul>
      )}
      {shown?.kind === 'add' ? <ServerDialog server={undefined} onClose={close} /> : null}
      {shown?.kind === 'edit' ? <ServerDialog server={shown.server} onClose={close} /> : null}
      {shown?.kind === 'variables' ? <VariablesDialog server={shown.server} onClose={close} /> : null}
      {shown?.kind === 'remove' ? <RemoveServerDialog server={shown.server} onClose={close} /> : null}
    </>
  );
}
