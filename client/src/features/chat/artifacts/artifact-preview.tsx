import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { listWords } from '../../../lib/i18n/list-words.ts';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { configQuery } from '../../../lib/query/queries.ts';
import { Banner } from '../../../ui/banner.tsx';
import { DiagramBlock } from '../../../ui/markdown/diagram/diagram-block.tsx';
import { Markdown } from '../../../ui/markdown/markdown.tsx';
import { ArtifactCode } from './artifact-code.tsx';
import { ArtifactFrame, artifactFrameUrl } from './artifact-frame.tsx';
import type { ConsoleLine } from './artifact-host.ts';
import type { ArtifactSource } from './read-artifact.ts';
import { useFrameContent } from './use-frame-content.ts';

export interface ArtifactPreviewProps {
  readonly artifact: ArtifactSource;
  readonly title: string;
  readonly onLine: (line: ConsoleLine) => void;
}

/** What an artifact shows. Markdown and diagrams are drawn as in answers; everything that could run is in a frame. */
export function ArtifactPreview(props: ArtifactPreviewProps) {
  const { kind, text } = props.artifact;
  if (kind === 'markdown') {
    return (
      <Scrolled label={props.title}>
        <Markdown text={text} settled />
      </Scrolled>
    );
  }
  if (kind === 'mermaid') {
    return (
      <Scrolled label={props.title}>
        <div className="markdown">
          <DiagramBlock node={{ type: 'code', language: 'mermaid', text, closed: true }} />
        </div>
      </Scrolled>
    );
  }
  return <FramedPreview {...props} />;
}

/** The arrow keys scroll it. */
const focusable = { tabIndex: 0 };

function Scrolled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section {...focusable} aria-label={label} className="min-h-0 flex-1 overflow-auto p-5 -outline-offset-2">
      {children}
    </section>
  );
}

function FramedPreview({ artifact, title, onLine }: ArtifactPreviewProps) {
  const { preview } = useArtifactTexts();
  const config = useQuery(configQuery).data;
  const content = useFrameContent(artifact);
  if (config === undefined) return <Waiting>{preview.loading}</Waiting>;
  if (config.appFrame === undefined) return <OnlyCode artifact={artifact} title={title} reason={preview.off} />;
  if (content === 'too-long') return <OnlyCode artifact={artifact} title={title} reason={preview.tooLong} />;
  if (content === 'compiling') return <Waiting>{preview.compiling}</Waiting>;
  switch (content.kind) {
    case 'syntax':
      return <OnlyCode artifact={artifact} title={title} reason={preview.syntax(content.text, content.line)} isError />;
    case 'import':
      return <OnlyCode artifact={artifact} title={title} reason={preview.missing(listWords(content.names))} isError />;
    case 'unavailable':
      return <OnlyCode artifact={artifact} title={title} reason={preview.unavailable} isError />;
    default:
      return (
        <ArtifactFrame title={title} content={content} frameUrl={artifactFrameUrl(config.appFrame)} onLine={onLine} />
      );
  }
}

function Waiting({ children }: { readonly children: ReactNode }) {
  return <output className="block p-5 text-sm text-text-muted">{children}</output>;
}

interface OnlyCodeProps extends Pick<ArtifactPreviewProps, 'artifact' | 'title'> {
  readonly reason: string;
  readonly isError?: boolean;
}

function OnlyCode({ artifact, title, reason, isError = false }: OnlyCodeProps) {
  return (
    <>
      <Banner tone={isError ? 'danger' : 'info'} className="m-2 wrap-anywhere">
        {reason}
      </Banner>
      <ArtifactCode artifact={artifact} label={title} />
    </>
  );
}
