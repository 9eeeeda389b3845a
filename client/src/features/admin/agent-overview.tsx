import { agentRoutes } from '@parley/contracts';
import type { Agent, RouteOutput } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bot, Ellipsis } from 'lucide-react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { agentOverviewQuery } from '../../lib/query/admin-queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

interface Standing {
  readonly promoted?: boolean;
  readonly disabled?: boolean;
}

/** All agents with their use; promoting and disabling is done here. */
export function AgentOverview() {
  const { agents: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const { data, isError, refetch } = useQuery(agentOverviewQuery);
  const standing = useMutation({
    mutationFn: ({ agent, change }: { readonly agent: Agent; readonly change: Standing }) =>
      call(agentRoutes.setStanding, { params: { id: agent.id }, body: change }),
    onSuccess: ({ name }) => showToast({ tone: 'success', text: texts.changed(name) }),
    onError: (error) => showToast({ tone: 'danger', text: `${texts.changeFailed} ${explainError(error, all)}` }),
    onSettled: async () => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: agentOverviewQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: ['agents'] }),
      ]);
    },
  });
  if (data === undefined) {
    return (
      <QueryState isError={isError} failed={texts.failed} loading={texts.loading} onRetry={() => void refetch()} />
    );
  }
  if (data.length === 0)
    return <EmptyState icon={<Bot className="size-6" />} title={texts.empty} text={texts.emptyText} />;
  return (
    <div className="overflow-x-auto rounded-card border border-border bg-raised">
      <table className="w-full text-start text-sm">
        <thead className="text-xs text-text-muted">
          <tr>
            {[
              texts.columns.agent,
              texts.columns.author,
              texts.columns.turns,
              texts.columns.users,
              texts.columns.tokens,
            ].map((column, index) => (
              <th
                key={column}
                scope="col"
                className={classNames(
                  'px-4 py-2.5 font-medium',
                  index < 2 ? 'text-start' : 'text-end',
                  index > 0 && 'hidden lg:table-cell',
                )}
              >
                {column}
              </th>
            ))}
            <th scope="col" className="px-4 py-2.5">
              <span className="sr-only">{texts.columns.standing}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {data.map((used) => (
            <AgentRow
              key={used.agent.id}
              used={used}
              onStanding={(change) => standing.mutate({ agent: used.agent, change })}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface AgentRowProps {
  readonly used: RouteOutput<typeof agentRoutes.overview>['items'][number];
  readonly onStanding: (change: Standing) => void;
}

function AgentRow({ used: { agent, turns, users, usage }, onStanding }: AgentRowProps) {
  const { agents: texts } = useAdminTexts();
  return (
    <tr>
      <th scope="row" className="px-4 py-2.5 text-start font-medium">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="wrap-anywhere">{agent.name}</span>
          {agent.promoted ? <Badge tone="accent">{texts.promoted}</Badge> : null}
          {agent.disabled ? <Badge tone="danger">{texts.disabled}</Badge> : null}
        </div>
        <p className="text-xs font-normal wrap-anywhere text-text-muted lg:hidden">
          {texts.facts(agent.authorName, turns, users, usage.input + usage.output)}
        </p>
      </th>
      <td className="hidden px-4 py-2.5 wrap-break-word lg:table-cell">{agent.authorName}</td>
      <td className="hidden px-4 py-2.5 text-end tabular-nums lg:table-cell">
        {turns.toLocaleString(currentLocale())}
      </td>
      <td className="hidden px-4 py-2.5 text-end tabular-nums lg:table-cell">
        {users.toLocaleString(currentLocale())}
      </td>
      <td className="hidden px-4 py-2.5 text-end tabular-nums lg:table-cell">
        {(usage.input + usage.output).toLocaleString(currentLocale())}
      </td>
      <td className="px-2 py-1 text-end">
        <Menu
          entries={[
            {
              kind: 'action',
              label: agent.promoted ? texts.unpromote : texts.promote,
              onSelect: () => onStanding({ promoted: !agent.promoted }),
            },
            {
              kind: 'action',
              label: agent.disabled ? texts.enable : texts.disable,
              tone: agent.disabled ? 'neutral' : 'danger',
              onSelect: () => onStanding({ disabled: !agent.disabled }),
            },
          ]}
          renderTrigger={(trigger) => (
            <IconButton
              {...trigger}
              label={texts.actionsFor(agent.name)}
              icon={<Ellipsis aria-hidden className="size-4" />}
            />
          )}
        />
      </td>
    </tr>
  );
}
