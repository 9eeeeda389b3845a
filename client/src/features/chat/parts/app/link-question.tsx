import { ExternalLink } from 'lucide-react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { webUrl } from '../../../../lib/web-url.ts';
import { buttonClass } from '../../../../ui/button-class.ts';
import { Button } from '../../../../ui/button.tsx';
import { Dialog } from '../../../../ui/dialog.tsx';
import { showHidden } from '../requests/read-arguments.ts';

export interface LinkQuestionProps {
  /** The name of the app. */
  readonly app: string;
  readonly url: string;
  /** Whether the page was opened. */
  readonly onAnswer: (isOpened: boolean) => void;
}

/** An address that an app wants to have opened: shown whole, opened only by a click. */
export function LinkQuestion({ app, url, onAnswer }: LinkQuestionProps) {
  const texts = useTexts().tools;
  const address = webUrl(url);
  return (
    <Dialog
      open
      onClose={() => onAnswer(false)}
      title={texts.app.link.title}
      actions={
        <>
          <Button onClick={() => onAnswer(false)}>{texts.app.link.refuse}</Button>
          {address ? (
            <a
              href={address.href}
              target="_blank"
              rel="noopener noreferrer"
              className={buttonClass('primary')}
              onClick={() => onAnswer(true)}
            >
              {texts.url.open}
              <ExternalLink aria-hidden className="size-3.5" />
            </a>
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="wrap-anywhere">{texts.app.link.text(app)}</p>
        <p dir="ltr" className="isolate rounded-control bg-surface p-2.5 font-mono text-xs/5 break-all">
          {showHidden(url)}
        </p>
        {address ? (
          <p className="text-text-muted">{texts.url.host(address.host)}</p>
        ) : (
          <p className="text-danger">{texts.url.unsafe}</p>
        )}
      </div>
    </Dialog>
  );
}
