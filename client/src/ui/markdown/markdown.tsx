import { memo, startTransition, useEffect, useId, useMemo, useState } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { footnoteLabels } from './document/footnote-labels.ts';
import {
  emptyDocument,
  extendDocument,
  type MarkdownBlock,
  type MarkdownDocument,
  settleDocument,
} from './document/markdown-document.ts';
import './markdown.css';
import { BlockView } from './render/block-view.tsx';
import { FootnoteContext } from './render/footnote-context.ts';

interface MarkdownProps {
  readonly text: string;
  /** False while the text still grows: its end is then shown in its likely final form. */
  readonly settled: boolean;
}

/**
 * Markdown as React elements. Text that grows costs only its tail: settled blocks are neither read nor rendered again.
 * Raw HTML is shown as text, links and pictures pass an allow-list, headings start at h3.
 */
export function Markdown({ text: whole, settled }: MarkdownProps) {
  const { markdown } = useTexts();
  const [isWhole, setWhole] = useState(false);
  // To the end of its view: laying all of it out at once, the moment it is complete, would hold its last words up.
  const [hasGrown] = useState(!settled);
  const text = isWhole || whole.length <= longest ? whole : beginningOf(whole);
  const isCut = text.length < whole.length;
  const { blocks, labels } = useDocument(text, settled || isCut);
  const shown = useLastFirst(blocks, settled);
  const prefix = useId();
  const footnotes = useMemo(() => ({ prefix, labels: new Set(labels.split(' ')) }), [prefix, labels]);
  return (
    <FootnoteContext value={footnotes}>
      <div className={hasGrown ? 'markdown markdown-grown' : 'markdown'}>
        {inGroups(shown, blocks.length - shown.length).map((group) => (
          <BlockGroup key={group.number} blocks={group.blocks} />
        ))}
        {isCut ? (
          <button type="button" className="markdown-show-all" onClick={() => setWhole(true)}>
            {markdown.showAll(Math.ceil(whole.length / 1_000))}
          </button>
        ) : null}
      </div>
    </FootnoteContext>
  );
}

/** Characters that are read and laid out at once, and those that are when there are more. */
const longest = 300_000;
const shownOfLonger = 100_000;

/** Up to the end of a block where there is one, so that what is shown reads as it will in the whole. */
function beginningOf(text: string): string {
  const end = text.lastIndexOf('\n\n', shownOfLonger);
  return text.slice(0, end > shownOfLonger / 2 ? end : shownOfLonger);
}

/** Blocks that are shown at once of a long text; more of it does not fit into a window. */
const shownAtFirst = 30;

/** The end of a long text that was there before, because a chat opens at its end; all of it a moment later. */
function useLastFirst(blocks: readonly MarkdownBlock[], settled: boolean): readonly MarkdownBlock[] {
  const [isWhole, setWhole] = useState(!settled || blocks.length <= shownAtFirst);
  useEffect(() => startTransition(() => setWhole(true)), []);
  return isWhole ? blocks : blocks.slice(-shownAtFirst);
}

/** Blocks that React skips at once: what an answer of hundreds of them costs each time it grows is a group or two. */
const groupSize = 16;

interface NumberedGroup {
  readonly number: number;
  readonly blocks: readonly MarkdownBlock[];
}

/** Blocks by their place in the text, of which the first `hidden` are not shown. */
function inGroups(blocks: readonly MarkdownBlock[], hidden: number): NumberedGroup[] {
  const groups: NumberedGroup[] = [];
  const end = hidden + blocks.length;
  for (let number = Math.floor(hidden / groupSize); number * groupSize < end; number += 1) {
    const from = Math.max(0, number * groupSize - hidden);
    groups.push({ number, blocks: blocks.slice(from, (number + 1) * groupSize - hidden) });
  }
  return groups;
}

const BlockGroup = memo(
  function BlockGroup({ blocks }: { readonly blocks: readonly MarkdownBlock[] }) {
    return blocks.map((block) => <Block key={block.key} block={block} />);
  },
  (before, { blocks }) =>
    before.blocks.length === blocks.length && before.blocks.every((block, index) => block === blocks[index]),
);

/** Settled blocks keep their identity, so React skips them. */
const Block = memo(function Block({ block }: { readonly block: MarkdownBlock }) {
  return block.nodes.map((node, index) => <BlockView key={index} node={node} />);
});

function useDocument(text: string, settled: boolean) {
  // Each document is read on from the one before, so the last one is state, adjusted while rendering.
  const [last, setLast] = useState(() => read(emptyDocument, text, settled));
  if (last.document.text === text && last.settled === settled) return last;
  const next = read(last.document, text, settled);
  setLast(next);
  return next;
}

function read(previous: MarkdownDocument, text: string, settled: boolean) {
  const document = settled ? settleDocument(previous, text) : extendDocument(previous, text);
  return { document, settled, blocks: document.blocks, labels: footnoteLabels(document) };
}
