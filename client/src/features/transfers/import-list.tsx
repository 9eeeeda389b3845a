import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { listsKey } from '../../lib/query/conversation-lists.ts';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { ImportRow } from './import-row.tsx';
import { importsQuery, isUnderWay } from './imports-query.ts';

/** Imports that are shown. */
const mostShown = 5;

/** What became of the last imports, and how far the one is that goes on. */
export function ImportList() {
  const texts = useDataTexts();
  const client = useQueryClient();
  const { data, isError, refetch } = useQuery(importsQuery);
  const isBusy = data?.some(isUnderWay) ?? false;
  const wasBusy = useRef(false);
  useEffect(() => {
    // What was added is in the lists of chats from now on.
    if (wasBusy.current && !isBusy) void client.invalidateQueries({ queryKey: [listsKey] });
    wasBusy.current = isBusy;
  }, [client, isBusy]);
  if (isError && !data) {
    return <SettingQueryState isError failed={texts.listFailed} onRetry={() => void refetch()} />;
  }
  if (!data || data.length === 0) return null;
  return (
    <ul aria-label={texts.imports} className="m-0 list-none divide-y divide-border p-0">
      {data.slice(0, mostShown).map((item) => (
        <ImportRow key={item.id} item={item} />
      ))}
    </ul>
  );
}
