import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { formatSeconds } from '../../../../lib/i18n/format-seconds.ts';
import { classNames } from '../../../../ui/class-names.ts';
import { useElapsedSeconds } from './use-elapsed-seconds.ts';

/** How it goes with a run, in words; `running` counts the seconds, `quiet` is neither good nor bad. */
export interface RunStatusWords {
  readonly tone: 'running' | 'pending' | 'good' | 'bad' | 'quiet';
  readonly words: string;
  /** How long it took, once it has ended. */
  readonly durationMs?: number | undefined;
}

const tones = {
  running: { Icon: LoaderCircle, className: 'text-accent', iconClassName: 'animate-spin' },
  pending: { Icon: LoaderCircle, className: '', iconClassName: 'animate-spin' },
  good: { Icon: CircleCheck, className: 'text-success', iconClassName: '' },
  bad: { Icon: CircleX, className: 'text-danger', iconClassName: '' },
  quiet: { Icon: CircleDashed, className: '', iconClassName: '' },
} as const;

/** One line: what language, how it goes, for how long. */
export function RunStatus({ label, status }: { readonly label: string; readonly status: RunStatusWords }) {
  const texts = useCodeTexts();
  const { tone, words, durationMs } = status;
  const elapsed = useElapsedSeconds(tone === 'running');
  const { Icon, className, iconClassName } = tones[tone];
  const time =
    durationMs === undefined
      ? elapsed > 0
        ? texts.elapsed(elapsed)
        : undefined
      : texts.seconds(formatSeconds(durationMs / 1000));
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 py-1 whitespace-normal tabular-nums">
      <span className="isolate max-w-[50%] shrink-0 truncate font-medium text-text">{label}</span>
      <span className={classNames('flex min-w-0 items-center gap-1.5', className)}>
        <Icon aria-hidden className={classNames('size-3.5 shrink-0', iconClassName)} />
        <span className="isolate min-w-0 wrap-break-word">{words}</span>
      </span>
      {time === undefined ? null : <span className="shrink-0">{time}</span>}
    </span>
  );
}
