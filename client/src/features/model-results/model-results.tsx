import type { ModelResult } from '@parley/contracts';
import { agentsEndpoint } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { useState } from 'react';
import { inLocale } from '../../lib/i18n/in-locale.ts';
import { useCompareTexts } from '../../lib/i18n/use-compare-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { usableAgentsQuery } from '../../lib/query/agent-queries.ts';
import { modelResultsQuery } from '../../lib/query/comparison-queries.ts';
import { meQuery } from '../../lib/query/queries.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';

const columns = ['rating', 'wins', 'losses', 'ties', 'votes'] as const;

/** Which columns a phone has room for; the others stand under the model there. */
const isSmall = (column: (typeof columns)[number]): boolean => column === 'rating' || column === 'votes';

const numbers = inLocale((locale) => new Intl.NumberFormat(locale, { useGrouping: false }));

/** How models have done: in one's own comparisons and, for admins, in everybody's. */
export function ModelResults() {
  const { results } = useCompareTexts();
  const [of, setOf] = useState<'mine' | 'everybody'>('mine');
  const isAdmin = useQuery(meQuery).data?.role === 'ADMIN';
  const { data, isError, refetch } = useQuery(modelResultsQuery(of));
  return (
    <div className="flex flex-col items-start gap-4">
      {isAdmin ? (
        <SegmentedChoice
          legend={results.whose}
          value={of}
          options={[
            { value: 'mine', label: results.mine },
            { value: 'everybody', label: results.everybody },
          ]}
          onChoose={setOf}
        />
      ) : null}
      {of === 'everybody' ? <p className="text-sm text-text-muted">{results.everybodyHint}</p> : null}
      {data === undefined ? (
        <QueryState
          isError={isError}
          failed={results.failed}
          loading={results.loading}
          onRetry={() => void refetch()}
        />
      ) : data.length === 0 ? (
        <div className="self-center">
          <EmptyState icon={<Scale className="size-6" />} title={results.empty} text={results.emptyHint} />
        </div>
      ) : (
        <ResultTable items={data} />
      )}
    </div>
  );
}

function ResultTable({ items }: { readonly items: readonly ModelResult[] }) {
  const { results } = useCompareTexts();
  const { tools } = useTexts();
  const { data: agents = [] } = useQuery({ ...usableAgentsQuery, staleTime: 60_000 });
  const nameOf = ({ endpoint, model }: ModelResult) =>
    endpoint === agentsEndpoint ? (agents.find(({ id }) => id === model)?.name ?? tools.agent.unknown) : model;
  return (
    <>
      <div className="w-full overflow-x-auto rounded-card border border-border bg-raised">
        <table className="w-full text-sm">
          <thead className="border-b border-border text-xs text-text-muted">
            <tr>
              <th scope="col" className="px-4 py-2.5 text-start font-medium">
                {results.model}
              </th>
              {columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={classNames('px-3 py-2.5 text-end font-medium', !isSmall(column) && 'hidden sm:table-cell')}
                >
                  {results[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-border">
            {items.map((item) => (
              <tr key={JSON.stringify([item.endpoint, item.model])}>
                <th scope="row" className="min-w-24 px-4 py-2.5 text-start font-medium wrap-anywhere">
                  {nameOf(item)}
                  {item.endpoint === agentsEndpoint ? null : (
                    <span className="block text-xs font-normal text-text-muted">{item.endpoint}</span>
                  )}
                  <span className="block text-xs font-normal text-text-muted sm:hidden">
                    {(['wins', 'losses', 'ties'] as const)
                      .map((column) => `${results[column]} ${numbers().format(item[column])}`)
                      .join(' · ')}
                  </span>
                </th>
                {columns.map((column) => (
                  <td
                    key={column}
                    className={classNames(
                      'px-3 py-2.5 text-end tabular-nums',
                      !isSmall(column) && 'hidden sm:table-cell',
                    )}
                  >
                    {numbers().format(item[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-sm text-text-muted">{results.about}</p>
    </>
  );
}
