import { promptRoutes } from '@parley/contracts';
import type { PromptGroup, PromptVersion } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { promptVersionsQuery } from '../../lib/query/prompt-queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { refreshPrompts } from './refresh-prompts.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

export interface PromptVersionsProps {
  readonly prompt: PromptGroup;
  /** Puts the text of a version into the editor. */
  readonly onShow: (text: string) => void;
}

/** The versions of a prompt, newest first, and which one is used. */
export function PromptVersions({ prompt, onShow }: PromptVersionsProps) {
  const texts = useTexts();
  const { editor } = useReuseTexts();
  const client = useQueryClient();
  const versions = useQuery({ ...promptVersionsQuery(prompt.id), staleTime: 0 });
  const choose = useMutation({
    mutationFn: ({ version }: PromptVersion) =>
      call(promptRoutes.setProduction, { params: { id: prompt.id }, body: { version } }),
    onSuccess: () => refreshPrompts(client),
  });
  const inUse = choose.data?.production ?? prompt.production;
  return (
    <section aria-label={editor.versions} className="flex flex-col gap-2 border-t border-border pt-4">
      <h3 className="text-sm font-semibold">{editor.versions}</h3>
      {choose.error ? <Banner tone="danger">{explainError(choose.error, texts)}</Banner> : null}
      {versions.data === undefined ? (
        <QueryState
          isError={versions.isError}
          failed={editor.versionsFailed}
          loading={editor.loading}
          onRetry={() => void versions.refetch()}
        />
      ) : (
        <ul className="flex flex-col divide-y divide-border rounded-card border border-border">
          {versions.data.map((one) => (
            <li key={one.version} className="flex flex-wrap items-center gap-2 px-3 py-1.5 text-sm">
              <span className="min-w-0 flex-1 basis-48">
                <span className="flex items-center gap-2">
                  {editor.version(one.version)}
                  {one.version === inUse ? <Badge tone="success">{editor.inUse}</Badge> : null}
                </span>
                <span className="block truncate text-xs text-text-muted">
                  <bdi>{one.authorName}</bdi> · <bdi>{new Date(one.createdAt).toLocaleString(currentLocale())}</bdi>
                </span>
              </span>
              <span className="flex shrink-0 gap-2">
                <Button size="small" aria-label={editor.loadVersion(one.version)} onClick={() => onShow(one.text)}>
                  {editor.loadShort}
                </Button>
                {one.version === inUse ? null : (
                  <Button
                    size="small"
                    aria-label={editor.chooseVersion(one.version)}
                    busy={choose.isPending}
                    onClick={() => choose.mutate(one)}
                  >
                    {editor.useShort}
                  </Button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
