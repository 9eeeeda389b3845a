import { ChevronLeft, ChevronRight, Copy, Download, Maximize2, Minimize2, Pencil, RotateCw } from 'lucide-react';
import { copyText } from '../../../lib/copy-text.ts';
import { saveFile } from '../../../lib/files/save-file.ts';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { SegmentedChoice } from '../../../ui/segmented-choice.tsx';
import { showToast } from '../../../ui/toast-store.ts';
import { fileKinds } from './artifact-kind.ts';
import type { ArtifactVersion } from './collect-artifacts.ts';

export interface ArtifactToolbarProps {
  readonly version: ArtifactVersion;
  readonly versions: readonly ArtifactVersion[];
  readonly title: string;
  readonly mode: 'preview' | 'code' | 'edit';
  readonly isFull: boolean;
  readonly onMode: (mode: 'preview' | 'code' | 'edit') => void;
  /** The key of a version. */
  readonly onChoose: (key: string) => void;
  readonly onReload: () => void;
  readonly onFull: () => void;
}

/** Everything that can be done with an artifact. */
export function ArtifactToolbar(props: ArtifactToolbarProps) {
  const { version, title, mode, isFull, onMode, onReload, onFull } = props;
  const { markdown } = useTexts();
  const { view } = useArtifactTexts();
  const { kind, text, closed, place } = version;
  const name = fileNameOf(version, title);
  const canShow = closed && kind !== 'code';
  const copy = async () => {
    const state = await copyText(text);
    showToast(state === 'copied' ? { text: markdown.copied } : { text: markdown.copyFailed, tone: 'danger' });
  };
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-1 gap-y-1 border-b border-border px-2 py-1 text-sm">
      {canShow ? (
        <SegmentedChoice
          legend={view.legend}
          value={mode === 'preview' ? 'preview' : 'code'}
          options={[
            { value: 'preview', label: view.preview },
            { value: 'code', label: view.code },
          ]}
          onChoose={onMode}
        />
      ) : null}
      <VersionArrows {...props} />
      <div className="ms-auto flex flex-wrap items-center">
        {closed && place && mode !== 'edit' ? (
          <IconButton
            size="small"
            label={view.edit}
            icon={<Pencil aria-hidden className="size-4" />}
            onClick={() => onMode('edit')}
          />
        ) : null}
        <IconButton
          size="small"
          label={view.copy}
          icon={<Copy aria-hidden className="size-4" />}
          onClick={() => void copy()}
        />
        <IconButton
          size="small"
          label={view.download(name)}
          icon={<Download aria-hidden className="size-4" />}
          onClick={() => saveFile(new Blob([text], { type: fileKinds[kind].mime }), name)}
        />
        {canShow && mode === 'preview' ? (
          <IconButton
            size="small"
            label={view.reload}
            icon={<RotateCw aria-hidden className="size-4" />}
            onClick={onReload}
          />
        ) : null}
        <IconButton
          size="small"
          label={isFull ? view.leaveFull : view.full}
          icon={isFull ? <Minimize2 aria-hidden className="size-4" /> : <Maximize2 aria-hidden className="size-4" />}
          onClick={onFull}
        />
      </div>
    </div>
  );
}

function VersionArrows({ version, versions, mode, onChoose }: ArtifactToolbarProps) {
  const { view } = useArtifactTexts();
  if (versions.length < 2 || mode === 'edit') return null;
  const index = versions.indexOf(version);
  const choose = (position: number) => {
    const { key } = versions[position] ?? version;
    onChoose(key);
  };
  return (
    <div className="flex items-center">
      <IconButton
        size="small"
        label={view.older}
        icon={<ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />}
        aria-disabled={index <= 0}
        onClick={() => choose(index - 1)}
      />
      <span className="text-xs text-text-muted tabular-nums">
        <span aria-hidden>{view.version(index + 1, versions.length)}</span>
        <output className="sr-only">{view.versionLabel(index + 1, versions.length)}</output>
      </span>
      <IconButton
        size="small"
        label={view.newer}
        icon={<ChevronRight aria-hidden className="size-4 rtl:-scale-x-100" />}
        aria-disabled={index >= versions.length - 1}
        onClick={() => choose(index + 1)}
      />
    </div>
  );
}

/** The name as every file system takes it, with the ending of its kind. */
function fileNameOf({ kind }: ArtifactVersion, title: string): string {
  const name = title
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ')
    .replaceAll(/^[. ]+|[. ]+$/g, '')
    .slice(0, 80)
    .trim();
  const { extension } = fileKinds[kind];
  const stem = name.toLowerCase().endsWith(`.${extension}`) ? name.slice(0, -extension.length - 1) : name;
  return `${stem || 'artifact'}.${extension}`;
}
