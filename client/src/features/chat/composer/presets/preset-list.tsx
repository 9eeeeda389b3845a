import { agentsEndpoint, presetFileSchema, presetRoutes } from '@parley/contracts';
import type { Preset, PresetId, PresetSettings } from '@parley/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, FileDown, FileUp, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../../../lib/api/call.ts';
import { explainError } from '../../../../lib/explain-error.ts';
import { saveFile } from '../../../../lib/files/save-file.ts';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { parseJson } from '../../../../lib/parse-json.ts';
import { presetsQuery } from '../../../../lib/query/preset-queries.ts';
import { Banner } from '../../../../ui/banner.tsx';
import { EmptyState } from '../../../../ui/empty-state.tsx';
import { FileButton } from '../../../../ui/file-button.tsx';
import { IconButton } from '../../../../ui/icon-button.tsx';
import { QueryState } from '../../../../ui/query-state.tsx';
import { showToast } from '../../../../ui/toast-store.ts';
import { refreshPresets } from './refresh-presets.ts';

/** Far more than a preset with the longest instructions comes to. */
const largestBytes = 500_000;

/** All presets of a person: their order, the one new chats begin with, files, and deleting. */
export function PresetList() {
  const texts = useTexts();
  const { presets } = useReuseTexts();
  const query = useQuery(presetsQuery);
  const { act, problem, setProblem, busy } = usePresetActions();
  const items = query.data;

  const importFile = async (file: File) => {
    if (file.size > largestBytes) return setProblem(presets.tooLarge);
    const parsed = z.safeParse(presetFileSchema, parseJson(await file.text()));
    if (!parsed.success) return setProblem(presets.unreadable);
    const made = { ...parsed.data.preset, isDefault: false };
    act(async () => {
      await call(presetRoutes.create, { body: made });
      showToast({ text: presets.imported(made.name), tone: 'success' });
    });
  };

  return (
    <section aria-label={presets.title} className="flex flex-col gap-3 border-t border-border pt-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">{presets.title}</h3>
        <FileButton
          size="small"
          busy={busy}
          icon={<FileUp aria-hidden className="size-4" />}
          accept="application/json,.json"
          onChoose={(file) => void importFile(file)}
          inputTestId="preset-file"
        >
          {presets.import}
        </FileButton>
      </div>
      {problem === undefined ? null : <Banner tone="danger">{problem}</Banner>}
      {items === undefined ? (
        <QueryState
          isError={query.isError}
          failed={`${presets.failed} ${query.error ? explainError(query.error, texts) : ''}`}
          loading={presets.loading}
          onRetry={() => void query.refetch()}
        />
      ) : items.length === 0 ? (
        <EmptyState title={presets.none} text={presets.noneText} />
      ) : (
        <ul className="flex flex-col divide-y divide-border rounded-card border border-border">
          {items.map((preset, index) => (
            <PresetRow key={preset.id} preset={preset} index={index} ids={items.map(({ id }) => id)} act={act} />
          ))}
        </ul>
      )}
    </section>
  );
}

type Act = (work: () => Promise<void>) => void;

function usePresetActions() {
  const texts = useTexts();
  const { presets } = useReuseTexts();
  const client = useQueryClient();
  const [problem, setProblem] = useState<string>();
  const change = useMutation({
    mutationFn: async (work: () => Promise<void>) => await work(),
    onMutate: () => setProblem(undefined),
    onError: (error) => setProblem(`${presets.changeFailed} ${explainError(error, texts)}`),
    onSettled: () => refreshPresets(client),
  });
  const act: Act = (work) => {
    if (!change.isPending) change.mutate(work);
  };
  return { act, problem, setProblem, busy: change.isPending };
}

interface PresetRowProps {
  readonly preset: Preset;
  readonly index: number;
  /** All of them, in their order. */
  readonly ids: readonly PresetId[];
  readonly act: Act;
}

function PresetRow({ preset, index, ids, act }: PresetRowProps) {
  const { presets } = useReuseTexts();
  const { id, name, endpoint, model, isDefault } = preset;
  const move = (to: number) => () => {
    const order = ids.toSpliced(index, 1).toSpliced(to, 0, id);
    act(async () => {
      await call(presetRoutes.order, { body: { ids: order } });
    });
  };
  const download = () => {
    const { isDefault: _isDefault, ...kept } = settingsOf(preset);
    const text = JSON.stringify({ format: 'parley-preset', formatVersion: 1, preset: kept }, null, 2);
    saveFile(new Blob([text], { type: 'application/json' }), `${name.replaceAll('/', '-')}.json`);
  };
  const icon = 'size-4';
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1 py-1 ps-3 pe-1">
      <span className="min-w-0 flex-1 basis-40">
        <span dir="auto" className="block truncate text-sm" title={name}>
          {name}
        </span>
        <span className="block truncate text-xs text-text-muted">
          {endpoint === agentsEndpoint ? presets.agent : model}
          {isDefault ? ` · ${presets.default}` : ''}
        </span>
      </span>
      <span className="ms-auto flex shrink-0">
        <IconButton
          size="small"
          label={isDefault ? presets.noDefault(name) : presets.makeDefault(name)}
          aria-pressed={isDefault}
          icon={<Star aria-hidden className={icon} fill={isDefault ? 'currentColor' : 'none'} />}
          onClick={() =>
            act(async () => {
              const body = { ...settingsOf(preset), isDefault: !isDefault };
              await call(presetRoutes.update, { params: { id }, body });
            })
          }
        />
        <IconButton
          size="small"
          label={presets.up(name)}
          icon={<ArrowUp aria-hidden className={icon} />}
          disabled={index === 0}
          onClick={move(index - 1)}
        />
        <IconButton
          size="small"
          label={presets.down(name)}
          icon={<ArrowDown aria-hidden className={icon} />}
          disabled={index === ids.length - 1}
          onClick={move(index + 1)}
        />
        <IconButton
          size="small"
          label={presets.download(name)}
          icon={<FileDown aria-hidden className={icon} />}
          onClick={download}
        />
        <IconButton
          size="small"
          label={presets.remove(name)}
          icon={<Trash2 aria-hidden className={icon} />}
          onClick={() =>
            act(async () => {
              await call(presetRoutes.remove, { params: { id } });
              showToast({ text: presets.removed(name) });
            })
          }
        />
      </span>
    </li>
  );
}

function settingsOf({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...settings }: Preset): PresetSettings {
  return settings;
}
