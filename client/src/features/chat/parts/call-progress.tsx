import type { ToolCallPart } from '@parley/contracts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';

export interface CallProgressProps {
  readonly name: string;
  readonly progress: NonNullable<ToolCallPart['progress']>;
}

/** How far a running call says it is: a bar where it knows the end, and its own words. */
export function CallProgress({ name, progress: { progress, total, message } }: CallProgressProps) {
  const { call } = useTexts().tools;
  const share = total === undefined || total <= 0 ? undefined : Math.min(1, Math.max(0, progress / total));
  return (
    <div className="ms-6 flex max-w-80 flex-col gap-1">
      {share === undefined ? null : (
        <progress
          aria-label={call.progress(name)}
          value={Math.round(share * 100)}
          max={100}
          className={
            'block h-1.5 w-full appearance-none overflow-hidden rounded-full border-0 bg-selected ' +
            '[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-selected [&::-webkit-progress-value]:bg-accent'
          }
        />
      )}
      {message === undefined ? null : <p className="isolate truncate text-xs text-text-muted">{message}</p>}
    </div>
  );
}
