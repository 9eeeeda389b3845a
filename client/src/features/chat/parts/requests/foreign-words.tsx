import { useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { classNames } from '../../../../ui/class-names.ts';
import { ScrollBox } from '../scroll-box.tsx';
import { showHidden } from './read-arguments.ts';

export interface ForeignWordsProps {
  readonly text: string;
  readonly label: string;
  readonly note?: string;
}

const longest = 240;

/** What somebody outside this install wrote, as a quotation: never Markdown, never a link, nothing hidden in it. */
export function ForeignWords({ text, label, note }: ForeignWordsProps) {
  const { approval } = useTexts().tools;
  const [isUnfolded, setUnfolded] = useState(false);
  const shown = showHidden(text);
  const isLong = shown.length > longest || shown.split('\n').length > 4;
  return (
    <figure className="m-0">
      <figcaption className="mb-1 text-xs font-medium text-text-muted">
        {label}
        {note === undefined ? null : <span className="font-normal"> · {note}</span>}
      </figcaption>
      <ScrollBox label={label}>
        <blockquote
          dir="auto"
          className={classNames(
            'isolate m-0 border-s-2 border-border ps-3 wrap-anywhere whitespace-pre-wrap text-text-muted',
            isLong && !isUnfolded && 'line-clamp-4',
          )}
        >
          {shown}
        </blockquote>
      </ScrollBox>
      {isLong ? (
        <button
          type="button"
          aria-expanded={isUnfolded}
          onClick={() => setUnfolded(!isUnfolded)}
          className="mt-0.5 min-h-7 rounded-control text-xs font-medium text-accent hover:underline touch:min-h-11"
        >
          {isUnfolded ? approval.showLess : approval.showMore}
        </button>
      ) : null}
    </figure>
  );
}
