import type { ClientConfig } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { LinkQuestion } from '../parts/app/link-question.tsx';
import { useColourScheme } from '../parts/app/use-colour-scheme.ts';
import {
  type ArtifactHost,
  type ConsoleLine,
  createArtifactHost,
  type FrameContent,
  type FrameState,
} from './artifact-host.ts';
import { readFrameTheme } from './frame-theme.ts';

export interface ArtifactFrameProps {
  readonly title: string;
  readonly content: FrameContent;
  /** The page that shows artifacts, on its own origin. */
  readonly frameUrl: string;
  readonly onLine: (line: ConsoleLine) => void;
}

/** An artifact in its frame, from its first message until it is stopped. */
export function ArtifactFrame(props: ArtifactFrameProps) {
  const { frame: texts } = useArtifactTexts();
  const [ended, setEnded] = useState<'stopped' | 'flooding' | 'unreachable'>();
  const [round, setRound] = useState(0);
  if (ended !== undefined) {
    return (
      <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6 text-center text-sm">
        <output className="text-text-muted">{texts.ended[ended]}</output>
        <Button
          onClick={() => {
            setEnded(undefined);
            setRound(round + 1);
          }}
        >
          {texts.again}
        </Button>
      </div>
    );
  }
  return <RunningFrame key={round} {...props} onEnd={setEnded} />;
}

interface RunningFrameProps extends ArtifactFrameProps {
  readonly onEnd: (reason: 'stopped' | 'flooding' | 'unreachable') => void;
}

function RunningFrame({ title, content, frameUrl, onLine, onEnd }: RunningFrameProps) {
  const { frame: texts } = useArtifactTexts();
  const scheme = useColourScheme();
  const frame = useRef<HTMLIFrameElement>(null);
  const after = useRef<HTMLSpanElement>(null);
  const host = useRef<ArtifactHost>(undefined);
  const latest = useRef({ scheme, onLine, onEnd });
  const [state, setState] = useState<FrameState>('loading');
  const [link, setLink] = useState<string>();

  useEffect(() => {
    const changed = latest.current.scheme !== scheme;
    latest.current = { scheme, onLine, onEnd };
    if (changed) host.current?.themeChanged();
  }, [scheme, onLine, onEnd]);

  useEffect(() => {
    const opened = createArtifactHost({
      frame: () => frame.current?.contentWindow ?? null,
      content,
      theme: () => readFrameTheme(latest.current.scheme),
      onState(next) {
        setState(next);
        if (next === 'flooding' || next === 'unreachable') latest.current.onEnd(next);
      },
      onLine: (line) => latest.current.onLine(line),
      // One question at a time.
      onLink: (url) => setLink((asked) => asked ?? url),
    });
    host.current = opened;
    return () => opened.close();
  }, [content]);

  return (
    <>
      {state === 'silent' ? (
        <Banner
          tone="warning"
          className="m-2"
          actions={
            <Button size="small" onClick={() => onEnd('stopped')}>
              {texts.stop}
            </Button>
          }
        >
          {texts.silent}
        </Banner>
      ) : null}
      <button
        type="button"
        className="sr-only rounded-control bg-raised text-xs font-medium shadow-floating focus:not-sr-only focus:m-2 focus:px-3 focus:py-1.5"
        onClick={() => after.current?.focus()}
      >
        {texts.skip}
      </button>
      <iframe
        ref={frame}
        src={frameUrl}
        title={texts.label(title)}
        sandbox="allow-scripts"
        allow=""
        referrerPolicy="no-referrer"
        className="min-h-0 w-full flex-1 bg-white"
        style={{ colorScheme: scheme }}
      />
      <span ref={after} tabIndex={-1} className="sr-only">
        {texts.end(title)}
      </span>
      {link === undefined ? null : <LinkQuestion app={title} url={link} onAnswer={() => setLink(undefined)} />}
    </>
  );
}

/** Never this page's own origin: without an address of its own, it is another port. */
export function artifactFrameUrl({ port, url }: NonNullable<ClientConfig['appFrame']>): string {
  return `${url ?? `${location.protocol}//${location.hostname}:${String(port)}`}/artifact`;
}
