import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import type { ConsoleLine } from './artifact-host.ts';

export interface ArtifactConsoleProps {
  readonly lines: readonly ConsoleLine[];
  readonly onClear: () => void;
}

const colours = {
  debug: 'text-text-muted',
  info: 'text-text',
  log: 'text-text',
  warn: 'text-warning',
  error: 'text-danger',
};

/** What an artifact printed and where it failed; folded to one line, and open once there is an error. */
export function ArtifactConsole({ lines, onClear }: ArtifactConsoleProps) {
  const { console: texts } = useArtifactTexts();
  const hasErrors = lines.some(({ level }) => level === 'error');
  if (lines.length === 0) return null;
  return (
    <details
      key={String(hasErrors)}
      open={hasErrors}
      className="max-h-[40%] shrink-0 overflow-auto border-t border-border bg-surface text-xs"
    >
      <summary className="sticky top-0 flex min-h-8 cursor-pointer items-center bg-surface px-4 py-1 font-medium touch:min-h-11">
        {texts.show(lines.length)}
      </summary>
      <ol aria-label={texts.title} className="px-4 pb-1 font-mono">
        {lines.map(({ level, text }, index) => (
          <li key={index} className={`flex gap-2 py-0.5 ${colours[level]}`}>
            <span className="w-14 shrink-0">{texts.levels[level]}</span>
            <span dir="ltr" className="min-w-0 whitespace-pre-wrap wrap-anywhere">
              {text}
            </span>
          </li>
        ))}
      </ol>
      <button
        type="button"
        className="m-2 min-h-7 rounded-control px-2 text-text-muted hover:bg-hover touch:min-h-11"
        onClick={onClear}
      >
        {texts.clear}
      </button>
    </details>
  );
}
