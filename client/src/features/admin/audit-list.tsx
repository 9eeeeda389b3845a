import { auditEntrySchema } from '@parley/contracts';
import type { AuditEntry } from '@parley/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { auditQuery } from '../../lib/query/admin-queries.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { currentLocale } from '../../lib/i18n/language-store.ts';

const actions = auditEntrySchema.shape.action.options;

/** The audit page by page, filtered by what was done. */
export function AuditList() {
  const { audit: texts } = useAdminTexts();
  const [action, setAction] = useState<AuditEntry['action']>();
  const { data, isError, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(action),
  );
  const entries = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <SelectField
        label={texts.filter}
        className="mb-4 max-w-60"
        value={action ?? ''}
        onChange={({ currentTarget }) => setAction(actions.find((one) => one === currentTarget.value))}
      >
        <option value="">{texts.all}</option>
        {actions.map((one) => (
          <option key={one} value={one}>
            {texts.actions[one]}
          </option>
        ))}
      </SelectField>
      {entries === undefined ? (
        <QueryState isError={isError} failed={texts.failed} loading={texts.loading} onRetry={() => void refetch()} />
      ) : entries.length === 0 ? (
        <EmptyState icon={<ScrollText className="size-6" />} title={texts.empty} text={texts.emptyText} />
      ) : (
        <ol className="divide-y divide-border rounded-card border border-border bg-raised" aria-label={texts.title}>
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {texts.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const { audit: texts } = useAdminTexts();
  const { at, actor, action, subject, details } = entry;
  const time = new Date(at);
  const detailNames = new Map(Object.entries(texts.details));
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 wrap-anywhere">
          <span className="font-medium">{actor?.name ?? texts.policy}</span>
          {' · '}
          {texts.actions[action]}
          {' · '}
          <span className="font-medium">{subject}</span>
        </p>
        <time dateTime={at} className="text-xs text-text-muted tabular-nums">
          {time.toLocaleString(currentLocale(), { dateStyle: 'medium', timeStyle: 'medium' })}
        </time>
      </div>
      {Object.keys(details).length === 0 ? null : (
        <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-text-muted">
          {Object.entries(details).map(([name, value]) => (
            <div key={name} className="flex max-w-full min-w-0 gap-1">
              <dt className="shrink-0">{detailNames.get(name) ?? name}:</dt>
              <dd className="min-w-0 wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
