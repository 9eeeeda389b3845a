import { codeRoutes } from '@parley/contracts';
import type { CodeStatus } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { codeStatusQuery } from '../../lib/query/code-queries.ts';
import { meQuery } from '../../lib/query/queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SettingQueryState } from '../../ui/setting-query-state.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { LanguageTable } from './language-table.tsx';
import { RemedyCommand } from './remedy-command.tsx';

/** Whether code can be run here and in what; if not, why, and the one command that helps. Admins can have it checked. */
export function CodeStatusSection() {
  const { status: texts } = useFilesTexts();
  const { data, isError, refetch } = useQuery({ ...codeStatusQuery, staleTime: 0 });
  const me = useQuery(meQuery).data;
  if (!data) {
    return (
      <SettingsSection title={texts.title}>
        <SettingQueryState isError={isError} failed={texts.failed} onRetry={() => void refetch()} />
      </SettingsSection>
    );
  }
  return (
    <SettingsSection title={texts.title}>
      <SettingRow
        label={
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-normal text-text-muted">
            <StateBadge status={data} />
            {data.enabled ? texts.onText : texts.offText}
          </span>
        }
      >
        {me?.role === 'ADMIN' ? <CheckButton /> : null}
      </SettingRow>
      {data.reason === undefined ? null : (
        <p dir="auto" className="py-3 wrap-anywhere">
          {data.reason}
        </p>
      )}
      {data.remedy === undefined ? null : <RemedyCommand command={data.remedy} />}
      {data.engine === undefined ? null : (
        <SettingRow label={texts.engineLabel}>
          <span className="text-text-muted">
            {texts.engine(data.engine.name, data.engine.version, data.engine.runtime)}
          </span>
        </SettingRow>
      )}
      {/* Where none is ready, the reason above is that of all. */}
      {data.languages.every(({ ready }) => !ready) ? null : <LanguageTable languages={data.languages} />}
    </SettingsSection>
  );
}

function StateBadge({ status }: { readonly status: CodeStatus }) {
  const { status: texts } = useFilesTexts();
  if (!status.enabled) return <Badge tone="warning">{texts.off}</Badge>;
  const isWhole = status.languages.every(({ ready }) => ready);
  return <Badge tone="success">{isWhole ? texts.on : texts.partly}</Badge>;
}

/** Has the server look at the engine now, rather than when it would by itself. */
function CheckButton() {
  const { status: texts } = useFilesTexts();
  const all = useTexts();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => call(codeRoutes.check, {}),
    onSuccess: (status) => {
      client.setQueryData(codeStatusQuery.queryKey, status);
      showToast({ text: status.enabled ? texts.checkedOn : texts.checkedOff });
    },
    onError: (error) => showToast({ tone: 'danger', text: `${texts.checkFailed} ${explainError(error, all)}` }),
  });
  return (
    <Button busy={check.isPending} onClick={() => check.mutate()}>
      {texts.check}
    </Button>
  );
}
