import { apiKeyRoutes } from '@parley/contracts';
import type { ApiKey } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { listWords } from '../../lib/i18n/list-words.ts';
import { useAdminTexts } from '../../lib/i18n/use-admin-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { apiKeysQuery } from '../../lib/query/admin-queries.ts';
import { timeAgo } from '../../lib/time-ago.ts';
import { useFocusPageOnLeave } from '../../lib/use-focus-page-on-leave.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { currentLocale } from '../../lib/i18n/language-store.ts';

/** The keys of a person's programs: list, make, end. */
export function KeysSection() {
  const { keys: texts } = useAdminTexts();
  const { data, dataUpdatedAt, isError, refetch } = useQuery(apiKeysQuery);
  const [isMaking, setIsMaking] = useState(false);
  const [asked, setAsked] = useState<ApiKey>();
  const address = `${globalThis.location.origin}/api/agents/v1`;
  const codeAddress = `${globalThis.location.origin}/v1`;
  return (
    <>
      <SettingsSection title={texts.title}>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
          <p className="min-w-0 flex-1 basis-80 text-text-muted">
            {texts.intro} <code className="text-xs wrap-anywhere text-text">{address}</code>
            {texts.introCode} <code className="text-xs wrap-anywhere text-text">{codeAddress}</code>
          </p>
          <Button onClick={() => setIsMaking(true)}>{texts.add}</Button>
        </div>
        {data === undefined ? (
          <SettingQueryState isError={isError} failed={texts.failed} onRetry={() => void refetch()} />
        ) : data.length === 0 ? (
          <SettingRow label={<span className="font-normal text-text-muted">{texts.empty}</span>}>{null}</SettingRow>
        ) : (
          data.map((key) => (
            <KeyRow key={key.id} apiKey={key} now={new Date(dataUpdatedAt)} onRemove={() => setAsked(key)} />
          ))
        )}
      </SettingsSection>
      {isMaking ? <NewKeyDialog onClose={() => setIsMaking(false)} /> : null}
      {asked === undefined ? null : <RemoveKeyDialog apiKey={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly now: Date;
  readonly onRemove: () => void;
}

function KeyRow({ apiKey, now, onRemove }: KeyRowProps) {
  const { keys: texts } = useAdminTexts();
  const { name, prefix, scopes, lastUsedAt, expiresAt } = apiKey;
  const facts = [
    `${prefix}…`,
    listWords(scopes.map((scope) => texts.scopeNames[scope])),
    lastUsedAt === null ? texts.neverUsed : texts.used(timeAgo(lastUsedAt, now)),
    ...(expiresAt === null
      ? []
      : [texts.ends(new Date(expiresAt).toLocaleDateString(currentLocale(), { dateStyle: 'long' }))]),
  ];
  return (
    <SettingRow label={<span className="wrap-anywhere">{name}</span>} hint={facts.join(' · ')}>
      <Button size="small" aria-label={texts.remove(name)} onClick={onRemove}>
        {texts.removeAction}
      </Button>
    </SettingRow>
  );
}

function RemoveKeyDialog({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const { keys: texts } = useAdminTexts();
  const all = useTexts();
  const queryClient = useQueryClient();
  const focusPage = useFocusPageOnLeave();
  const removing = useMutation({
    mutationFn: () => call(apiKeyRoutes.remove, { params: { id: apiKey.id } }),
    onSuccess: focusPage,
    onError: (error) => showToast({ tone: 'danger', text: `${texts.removeFailed} ${explainError(error, all)}` }),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={texts.removeTitle(apiKey.name)}
      text={texts.removeText}
      action={texts.removeAction}
      busy={removing.isPending}
      onConfirm={() => removing.mutate()}
      onClose={onClose}
    />
  );
}
