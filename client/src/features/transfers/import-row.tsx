import { transferRoutes } from '@parley/contracts';
import type { Import } from '@parley/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useDataTexts } from '../../lib/i18n/use-data-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';
import { UploadBar } from '../../ui/files/upload-bar.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { ImportDetails } from './import-details.tsx';
import { importsQuery, isUnderWay } from './imports-query.ts';

/** One file that was brought along: how far it is, what it has added, and what was left out. */
export function ImportRow({ item }: { readonly item: Import }) {
  const texts = useDataTexts();
  const name = item.name || texts.unnamed;
  const share = item.size > 0 ? item.read / item.size : 0;
  const counts = [
    texts.added(item.added, item.messages),
    ...(item.present > 0 ? [texts.present(item.present)] : []),
    ...(item.skipped > 0 ? [texts.skipped(item.skipped)] : []),
  ];
  const isFailed = item.state === 'failed';
  return (
    <li className="relative flex flex-wrap items-start justify-between gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-40">
        <div className="font-medium [overflow-wrap:anywhere]">{name}</div>
        <div className={isFailed ? 'text-xs text-danger' : 'text-xs text-text-muted'}>
          {stateOf(item, share, texts)}
        </div>
        <div className="text-xs text-text-muted tabular-nums">{counts.join(' · ')}</div>
        <ImportDetails item={item} />
      </div>
      {isUnderWay(item) ? (
        <>
          <CancelButton item={item} name={name} />
          <UploadBar label={texts.progressOf(name)} share={share} />
        </>
      ) : null}
    </li>
  );
}

function stateOf({ state, failure }: Import, share: number, texts: ReturnType<typeof useDataTexts>): string {
  if (state === 'running') return texts.states.running(Math.round(share * 100));
  if (state !== 'failed') return texts.states[state];
  const told = texts.failures[failure?.reason ?? 'server-error'];
  const isBreak = failure?.reason === 'broken' || failure?.reason === 'ended-early';
  return isBreak && failure.at !== undefined ? `${told} ${texts.at(failure.at)}` : told;
}

function CancelButton({ item, name }: { readonly item: Import; readonly name: string }) {
  const texts = useDataTexts();
  const all = useTexts();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      await call(transferRoutes.cancelImport, { params: { id: item.id } });
      await client.invalidateQueries({ queryKey: importsQuery.queryKey });
    } catch (error) {
      showToast({ text: `${texts.cancelFailed} ${explainError(error, all)}`, tone: 'danger' });
      setBusy(false);
    }
  };
  return (
    <Button busy={isBusy} aria-label={texts.cancelLabel(name)} onClick={() => void cancel()}>
      {texts.cancel}
    </Button>
  );
}
