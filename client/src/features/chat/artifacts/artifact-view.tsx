import type { ConversationId } from '@parley/contracts';
import { useRef, useState } from 'react';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import type { PathNode } from '../thread/visible-path.ts';
import { ArtifactCode } from './artifact-code.tsx';
import { ArtifactConsole } from './artifact-console.tsx';
import { ArtifactEditor } from './artifact-editor.tsx';
import type { ConsoleLine } from './artifact-host.ts';
import { ArtifactPreview } from './artifact-preview.tsx';
import { ArtifactToolbar } from './artifact-toolbar.tsx';
import type { ArtifactVersion } from './collect-artifacts.ts';
import { useFullScreen } from './use-full-screen.ts';
import { useVersions } from './use-versions.ts';

export interface ArtifactViewProps {
  readonly conversationId: ConversationId;
  readonly path: readonly PathNode[];
  /** See `artifactKey`. */
  readonly artifactKey: string;
  readonly isSheet: boolean;
}

/** An artifact beside the chat: what it shows, its code, its versions. */
export function ArtifactView({ conversationId, path, artifactKey, isSheet }: ArtifactViewProps) {
  const texts = useArtifactTexts();
  const { versions, opened } = useVersions(path, artifactKey);
  const [chosen, setChosen] = useState({ artifactKey, version: '' });
  const newest = versions.at(-1);
  const version =
    chosen.artifactKey !== artifactKey
      ? opened
      : chosen.version === 'newest'
        ? newest
        : (versions.find(({ key }) => key === chosen.version) ?? opened);
  if (version === undefined) {
    return (
      <PanelFrame title={texts.untitled.code} isSheet={isSheet}>
        <p className="p-5 text-sm text-text-muted">{texts.view.gone}</p>
      </PanelFrame>
    );
  }
  const title = version.title || texts.untitled[version.kind];
  return (
    <PanelFrame title={title} isSheet={isSheet}>
      <ArtifactStage
        key={artifactKey}
        conversationId={conversationId}
        title={title}
        version={version}
        versions={versions}
        onChoose={(key) => setChosen({ artifactKey, version: key })}
      />
    </PanelFrame>
  );
}

interface ArtifactStageProps {
  readonly conversationId: ConversationId;
  readonly title: string;
  readonly version: ArtifactVersion;
  readonly versions: readonly ArtifactVersion[];
  /** The key of a version, or `newest`. */
  readonly onChoose: (key: string) => void;
}

/** Lines that are kept of what an artifact prints. */
const mostLines = 200;
const noLines: readonly ConsoleLine[] = [];

function ArtifactStage({ conversationId, title, version, versions, onChoose }: ArtifactStageProps) {
  const { view } = useArtifactTexts();
  const stage = useRef<HTMLDialogElement>(null);
  const [isFull, toggleFull] = useFullScreen(stage);
  const [mode, setMode] = useState<'preview' | 'code' | 'edit'>(version.kind === 'code' ? 'code' : 'preview');
  const [round, setRound] = useState(0);
  const [printed, setPrinted] = useState({ run: '', lines: noLines });
  const shown = version.closed ? mode : 'code';
  const run = `${version.key} ${String(round)} ${String(version.text.length)}`;
  // What another run printed is of no interest.
  const lines = printed.run === run ? printed.lines : noLines;
  return (
    <dialog
      ref={stage}
      aria-label={view.stage(title)}
      data-fills-panel=""
      className="static m-0 h-full max-h-none w-full max-w-none flex-col bg-bg text-text open:flex modal:fixed modal:inset-0 modal:h-dvh modal:w-dvw"
    >
      <ArtifactToolbar
        version={version}
        versions={versions}
        title={title}
        mode={shown}
        isFull={isFull}
        onMode={setMode}
        onChoose={onChoose}
        onReload={() => setRound(round + 1)}
        onFull={toggleFull}
      />
      {shown === 'edit' ? (
        <ArtifactEditor
          conversationId={conversationId}
          version={version}
          title={title}
          onClose={(isSaved) => {
            setMode(isSaved ? 'preview' : 'code');
            if (isSaved) onChoose('newest');
          }}
        />
      ) : shown === 'code' ? (
        <ArtifactCode artifact={version} label={`${view.code}: ${title}`} />
      ) : (
        <>
          <ArtifactPreview
            key={run}
            artifact={version}
            title={title}
            onLine={(line) =>
              setPrinted((held) => ({
                run,
                lines: [...(held.run === run ? held.lines : noLines), line].slice(-mostLines),
              }))
            }
          />
          <ArtifactConsole lines={lines} onClear={() => setPrinted({ run, lines: noLines })} />
        </>
      )}
    </dialog>
  );
}
