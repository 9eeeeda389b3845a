import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { classNames } from '../../../../ui/class-names.ts';
import { printedTail, printedText } from './printed-text.ts';
import { PlainText } from './plain-text.tsx';
import { ScrollFrame } from './scroll-frame.tsx';

/** What a run has printed so far, followed to its end. */
export function LiveOutput({ printed }: { readonly printed: string }) {
  const texts = useCodeTexts();
  const { text, isCut } = printedTail(printed);
  return (
    <Stream label={texts.output} text={text} follows={printed}>
      {isCut ? texts.liveTail : undefined}
    </Stream>
  );
}

export interface EndedOutputProps {
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  /** Whether the run failed, and its errors are more than remarks. */
  readonly isBad: boolean;
  /** Whether the run left something else behind, so that no output need not be explained. */
  readonly hasOther: boolean;
}

/** What a run printed, its errors told apart. */
export function EndedOutput({ stdout, stderr, truncated, isBad, hasOther }: EndedOutputProps) {
  const texts = useCodeTexts();
  if (stdout.trim() === '' && stderr.trim() === '') {
    return hasOther ? null : <p className="px-3.5 py-2 text-xs text-text-muted">{texts.nothing}</p>;
  }
  return (
    <>
      {stdout.trim() === '' ? null : <Stream label={texts.output} text={printedText(stdout)} />}
      {stderr.trim() === '' ? null : (
        <Stream label={texts.errorOutput} text={printedText(stderr)} errors={isBad ? 'bad' : 'remarks'} />
      )}
      {truncated ? <p className="px-3.5 pb-2 text-xs text-text-muted">{texts.truncated}</p> : null}
    </>
  );
}

const errorTones = {
  bad: { label: 'text-danger', box: 'border-s-2 border-danger ps-2.5' },
  remarks: { label: 'text-warning', box: 'border-s-2 border-warning ps-2.5' },
} as const;

interface StreamProps {
  readonly label: string;
  readonly text: string;
  readonly follows?: string;
  readonly errors?: keyof typeof errorTones;
  readonly children?: string | undefined;
}

function Stream({ label, text, follows, errors, children }: StreamProps) {
  return (
    <div className="px-3.5 py-2">
      <p className={classNames('text-xs font-medium', errors ? errorTones[errors].label : 'text-text-muted')}>
        {label}
      </p>
      {children === undefined ? null : <p className="text-xs text-text-muted">{children}</p>}
      <ScrollFrame label={label} follows={follows} className={classNames('mt-1', errors && errorTones[errors].box)}>
        <PlainText text={text} />
      </ScrollFrame>
    </div>
  );
}
