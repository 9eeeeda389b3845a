import { type ReactNode, use } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { FootnoteContext } from './footnote-context.ts';

interface FootnoteProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** A footnote where the author put it, with the way back to its first mention. */
export function FootnoteView({ label, children }: FootnoteProps) {
  const { prefix } = use(FootnoteContext);
  const { markdown } = useTexts();
  return (
    <p className="markdown-footnote" id={`${prefix}-note-${label}`} dir="auto">
      <span className="markdown-footnote-label">{label}</span>
      <span>
        {children}{' '}
        <a href={`#${prefix}-reference-${label}`} aria-label={markdown.backToText(label)}>
          ↩
        </a>
      </span>
    </p>
  );
}

/** A footnote's mark in the text: a link once the footnote exists. */
export function FootnoteReference({ label }: { readonly label: string }) {
  const { prefix, labels } = use(FootnoteContext);
  const { markdown } = useTexts();
  if (!labels.has(label)) return /^\d+$/.test(label) ? <sup>{label}</sup> : `[^${label}]`;
  return (
    <sup>
      <a
        id={`${prefix}-reference-${label}`}
        href={`#${prefix}-note-${label}`}
        aria-label={markdown.footnote(label)}
        className="markdown-footnote-reference"
      >
        {label}
      </a>
    </sup>
  );
}
