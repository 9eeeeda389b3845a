import { toolRoutes } from '@parley/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { toolGrantsQuery } from '../../lib/query/tool-queries.ts';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { type ToolGrant, ToolGrantRow } from './tool-grant-row.tsx';

/** What somebody allowed tools to do without being asked again, and the way to take it back. */
export function ToolGrantsSection() {
  const { grants: texts } = useTexts().tools;
  const { data, isError, refetch } = useQuery({ ...toolGrantsQuery, staleTime: 0 });
  const heading = useRef<HTMLParagraphElement>(null);
  const { revoke, busy } = useRevoke(() => heading.current?.focus());
  if (!data) {
    return (
      <SettingsSection title={texts.title}>
        <SettingQueryState isError={isError} failed={texts.failed} onRetry={() => void refetch()} />
      </SettingsSection>
    );
  }
  return (
    <SettingsSection title={texts.title}>
      <p ref={heading} tabIndex={-1} className="py-3 text-text-muted">
        {data.length === 0 ? texts.none : texts.hint}
      </p>
      {data.length === 0 ? null : (
        <ul className="m-0 list-none divide-y divide-border p-0">
          {data.map((grant) => (
            <ToolGrantRow key={grant.id} grant={grant} busy={busy === grant.id} onRevoke={() => void revoke(grant)} />
          ))}
        </ul>
      )}
    </SettingsSection>
  );
}

/** Takes one back, and shows the list without it. */
function useRevoke(onGone: () => void) {
  const texts = useTexts();
  const client = useQueryClient();
  const [busy, setBusy] = useState<string>();
  const revoke = async ({ id, title }: ToolGrant) => {
    const { grants } = texts.tools;
    setBusy(id);
    try {
      await call(toolRoutes.revokeGrant, { params: { id } });
      client.setQueryData(toolGrantsQuery.queryKey, (held) => held?.filter((other) => other.id !== id));
      showToast({ text: grants.revoked(title) });
      onGone();
    } catch (error) {
      showToast({ text: `${grants.revokeFailed} ${explainError(error, texts)}`, tone: 'danger' });
    } finally {
      setBusy(undefined);
    }
  };
  return { revoke, busy };
}
