import { useQuery } from '@tanstack/react-query';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import type { LineChange } from './line-changes.ts';

const looks = {
  added: { sign: '+', colour: 'text-success bg-success/10' },
  removed: { sign: '−', colour: 'text-danger bg-danger/10' },
  same: { sign: '', colour: 'text-text-muted' },
} as const;

/** Two texts line by line, with plus and minus signs and the words for them. Its code is loaded when first shown. */
export function TextChange({ before, after }: { readonly before: string; readonly after: string }) {
  const { changes } = useAgentTexts();
  const lines = useQuery({
    queryKey: ['line-changes', before, after],
    queryFn: async () => (await import('./line-changes.ts')).lineChanges(before, after),
    staleTime: Infinity,
    gcTime: 0,
  }).data;
  if (!lines) return <p className="text-xs text-text-muted">{changes.comparing}</p>;
  return (
    <ol className="overflow-hidden rounded-control border border-border font-mono text-xs leading-5">
      {withPlaces(lines).map(({ place, line }) => (
        <li key={place}>
          <Line line={line} />
        </li>
      ))}
    </ol>
  );
}

function Line({ line }: { readonly line: LineChange }) {
  const { changes } = useAgentTexts();
  if (line.kind === 'skipped') {
    return <p className="bg-hover px-2 font-sans text-text-muted">{changes.unchangedLines(line.count)}</p>;
  }
  const { sign, colour } = looks[line.kind];
  return (
    <p className={classNames('flex gap-2 px-2 wrap-anywhere whitespace-pre-wrap', colour)}>
      <span aria-hidden className="w-2 shrink-0 select-none">
        {sign}
      </span>
      <span className="min-w-0">
        {line.kind === 'same' ? null : <VisuallyHidden>{`${changes[line.kind]}: `}</VisuallyHidden>}
        {line.text === '' ? ' ' : line.text}
      </span>
    </p>
  );
}

/** Lines may repeat; what tells them apart is their place. */
function withPlaces(lines: readonly LineChange[]) {
  return lines.map((line, place) => ({ place, line }));
}
