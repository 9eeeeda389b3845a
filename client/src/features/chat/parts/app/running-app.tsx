import type { StoredApp } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Banner } from '../../../../ui/banner.tsx';
import { Button } from '../../../../ui/button.tsx';
import { createAppHost } from './app-host.ts';
import type { AppHost, AppState } from './app-host.ts';
import { hostContext } from './host-context.ts';
import { LinkQuestion } from './link-question.tsx';
import { useColourScheme } from './use-colour-scheme.ts';

export interface RunningAppProps {
  readonly title: string;
  readonly app: StoredApp;
  /** The page that shows apps, on its own origin. */
  readonly frameUrl: string;
  /** Told once the app has ended; the reason is for its user, and absent when that was they. */
  readonly onEnd: (reason?: 'flooding' | 'unreachable') => void;
}

interface AskedLink {
  readonly url: string;
  readonly answer: (isOpened: boolean) => void;
}

/** An app in its frame, from its first message to its end. */
export function RunningApp({ title, app, frameUrl, onEnd }: RunningAppProps) {
  const texts = useTexts().tools.app;
  const scheme = useColourScheme();
  const frame = useRef<HTMLIFrameElement>(null);
  const after = useRef<HTMLSpanElement>(null);
  const host = useRef<AppHost>(undefined);
  const latest = useRef({ scheme, onEnd });
  const [state, setState] = useState<AppState>('loading');
  const [height, setHeight] = useState(240);
  const [link, setLink] = useState<AskedLink>();

  useEffect(() => {
    const changed = latest.current.scheme !== scheme;
    latest.current = { scheme, onEnd };
    if (changed) host.current?.contextChanged();
  }, [scheme, onEnd]);

  useEffect(() => {
    const opened = createAppHost({
      frame: () => frame.current?.contentWindow ?? null,
      app,
      context: () => hostContext(latest.current.scheme, frame.current?.clientWidth ?? 0),
      onHeight: setHeight,
      onState(next) {
        setState(next);
        if (next === 'flooding' || next === 'unreachable') latest.current.onEnd(next);
      },
      onLink: (url) =>
        new Promise((resolve) => {
          setLink({ url, answer: resolve });
        }),
    });
    host.current = opened;
    return () => opened.close();
  }, [app]);

  const stop = async () => {
    await host.current?.end();
    onEnd();
  };

  return (
    <figure aria-label={texts.label(title)} className="m-0 flex min-w-0 flex-col gap-1.5">
      <div className="flex min-h-7 items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-xs font-medium text-text-muted">{title}</span>
        <button
          type="button"
          className="sr-only rounded-control bg-raised text-xs font-medium shadow-floating focus:not-sr-only focus:px-3 focus:py-1.5"
          onClick={() => after.current?.focus()}
        >
          {texts.skip}
        </button>
        <Button size="small" onClick={() => void stop()}>
          {texts.stop}
        </Button>
      </div>
      {state === 'silent' ? <Banner tone="warning">{texts.silent}</Banner> : null}
      <iframe
        ref={frame}
        src={frameUrl}
        title={texts.label(title)}
        sandbox="allow-scripts"
        allow=""
        referrerPolicy="no-referrer"
        className="w-full rounded-card border border-border bg-bg"
        style={{ height, colorScheme: scheme }}
      />
      <span ref={after} tabIndex={-1} className="sr-only">
        {texts.end(title)}
      </span>
      {link ? (
        <LinkQuestion
          app={title}
          url={link.url}
          onAnswer={(isOpened) => {
            setLink(undefined);
            link.answer(isOpened);
          }}
        />
      ) : null}
    </figure>
  );
}
