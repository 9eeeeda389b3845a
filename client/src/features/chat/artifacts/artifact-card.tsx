import { useArtifactTexts } from '../../../lib/i18n/use-artifact-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { ArtifactIcon } from './artifact-icon.tsx';
import { type ArtifactSource, countLines, tallLines } from './read-artifact.ts';

/** Lines of code that a card shows: fewer where it was a card from its first line on. */
const shortLines = 5;

export interface ArtifactCardProps {
  readonly artifact: ArtifactSource;
  /** It was code until now, and must not become lower. */
  readonly isTall: boolean;
  readonly onOpen: () => void;
}

/** What stands for an artifact in the answer: its name, how far it is, some of its code, and the way to see it. */
export function ArtifactCard({ artifact, isTall, onOpen }: ArtifactCardProps) {
  const { card, kinds, untitled } = useArtifactTexts();
  const { kind, closed, text, isEdited } = artifact;
  const title = artifact.title || untitled[kind];
  const lines = card.lines(countLines(text));
  const facts = [kinds[kind], closed ? lines : card.writing(lines), ...(isEdited ? [card.edited] : [])];
  const shown = isTall ? tallLines : shortLines;
  return (
    <figure aria-label={title} className="m-0 overflow-clip rounded-card border border-border bg-surface">
      <div className="flex min-h-13 items-center gap-3 px-3 py-2">
        <ArtifactIcon kind={kind} className="size-5 shrink-0 text-text-muted" />
        <div className="min-w-0 flex-1">
          <p dir="auto" className="truncate text-sm font-medium">
            {title}
          </p>
          <p className="truncate text-xs text-text-muted tabular-nums">{facts.join(' · ')}</p>
        </div>
        <Button size="small" aria-label={card.openNamed(title)} onClick={onOpen}>
          {card.open}
        </Button>
      </div>
      {/* The whole of it is one button away. */}
      <pre
        aria-hidden
        dir="ltr"
        className="overflow-hidden border-t border-border px-3.5 font-mono text-xs/5 text-text-muted mask-[linear-gradient(to_bottom,#000_60%,transparent)]"
        style={{ height: shown * 20 }}
      >
        {closed ? firstLines(text, shown) : lastLines(text, shown)}
      </pre>
    </figure>
  );
}

/** Enough of a line for the widest column. */
const widest = 160;

function firstLines(text: string, count: number): string {
  return text
    .slice(0, count * 2_000)
    .split('\n', count)
    .map(shortened)
    .join('\n');
}

function lastLines(text: string, count: number): string {
  return text
    .slice(-count * 2_000)
    .split('\n')
    .slice(-count)
    .map(shortened)
    .join('\n');
}

function shortened(line: string): string {
  return line.slice(0, widest);
}
