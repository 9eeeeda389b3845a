import type { ReactNode } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { CodeNode } from '../document/nodes.ts';
import { ScrollArea } from '../render/scroll-area.tsx';
import { codeFileName } from './code-file.ts';
import { languageOf } from './code-languages.ts';
import './code.css';
import { CopyButton } from './copy-button.tsx';
import { DownloadButton } from './download-button.tsx';
import { HighlightedCode } from './highlighted-code.tsx';
import { LongText, mostShown } from './long-text.tsx';
import { useCodeRun } from './use-code-run.tsx';

interface CodeBlockProps {
  readonly node: CodeNode;
  /** Further buttons for the header. */
  readonly actions?: ReactNode;
  /** A sentence about the code, shown under the header. */
  readonly note?: string;
}

/** Code with the name of its language and a button to copy it. Colours arrive once the fence is closed. */
export function CodeBlock({ node, actions, note }: CodeBlockProps) {
  const { markdown } = useTexts();
  const language = languageOf(node.language);
  const { button, result } = useCodeRun(node);
  return (
    <div className="markdown-code">
      <div className="markdown-code-header">
        <span>{language.label || markdown.plainText}</span>
        {actions}
        {node.closed ? button : null}
        {node.closed ? (
          <DownloadButton
            name={codeFileName(node.language, language.id)}
            content={() => new Blob([node.text], { type: 'text/plain' })}
          />
        ) : null}
        <CopyButton text={node.text} />
      </div>
      {note && <p className="markdown-code-note">{note}</p>}
      <ScrollArea label={markdown.code(language.label)} className="markdown-code-scroll">
        <pre dir="ltr">
          <code>
            {node.text.length > mostShown ? (
              <LongText text={node.text} />
            ) : node.closed ? (
              <HighlightedCode text={node.text} language={language.id} />
            ) : (
              node.text
            )}
          </code>
        </pre>
      </ScrollArea>
      {result}
    </div>
  );
}
