import type { Attachment } from '@parley/contracts';
import { AppWindow } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { endApp, startIfRoom, startNow, useIsActive } from './active-apps.ts';
import { RunningApp } from './running-app.tsx';
import type { RunningAppProps } from './running-app.tsx';
import { useStoredApp } from './use-stored-app.ts';

interface AppFrameProps {
  readonly attachment: Attachment;
  readonly frameUrl: string;
}

/** An app that a tool gave: it runs at once while few others do, and otherwise when somebody asks for it. */
export function AppFrame({ attachment, frameUrl }: AppFrameProps) {
  const texts = useTexts().tools.app;
  const { title } = attachment;
  const id = useId();
  const isActive = useIsActive(id);
  const [reason, setReason] = useState<'flooding' | 'unreachable'>();
  useEffect(() => {
    startIfRoom(id);
    return () => endApp(id);
  }, [id]);
  if (!isActive) {
    return (
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          icon={<AppWindow aria-hidden className="size-4" />}
          onClick={() => {
            setReason(undefined);
            startNow(id);
          }}
        >
          {texts.start(title)}
        </Button>
        {reason === undefined ? null : <output className="text-xs text-text-muted">{texts.ended[reason]}</output>}
      </div>
    );
  }
  return (
    <StoredAppFrame
      attachment={attachment}
      frameUrl={frameUrl}
      onEnd={(why) => {
        setReason(why);
        endApp(id);
      }}
    />
  );
}

function StoredAppFrame(props: AppFrameProps & Pick<RunningAppProps, 'onEnd'>) {
  const texts = useTexts().tools.app;
  const { attachment, frameUrl, onEnd } = props;
  const app = useStoredApp(attachment.id);
  if (app === undefined) return <p className="text-text-muted">{texts.loading}</p>;
  if (app === 'failed') return <p className="text-text-muted">{texts.failed(attachment.title)}</p>;
  return <RunningApp title={attachment.title} app={app} frameUrl={frameUrl} onEnd={onEnd} />;
}
