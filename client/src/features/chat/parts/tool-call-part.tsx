import type { ToolCallPart } from '@parley/contracts';
import { Wrench } from 'lucide-react';
import { memo } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Disclosure } from './disclosure.tsx';

/** One call of a tool: a line that opens to what went in and what came out. */
export const ToolCallPartView = memo(function ToolCallPartView({ part }: { readonly part: ToolCallPart }) {
  const { chat } = useTexts();
  const { parts } = chat;
  const labels = {
    'writing-input': parts.toolWriting,
    called: parts.toolRunning,
    done: parts.toolDone,
    failed: parts.toolFailed,
  } as const;
  return (
    <Disclosure
      icon={<Wrench className="size-4" />}
      label={labels[part.state](part.name)}
      tone={part.state === 'failed' ? 'danger' : 'muted'}
      active={part.state === 'writing-input' || part.state === 'called'}
    >
      <Field label={parts.toolInput} text={readable(part.input)} />
      <Field label={parts.toolOutput} text={part.output === undefined ? parts.toolNoOutput : readable(part.output)} />
    </Disclosure>
  );
});

function Field({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className="mb-2">
      <p className="text-xs font-medium text-text-muted">{label}</p>
      <pre className="mt-1 rounded-control bg-surface p-2.5 text-xs wrap-anywhere whitespace-pre-wrap">{text}</pre>
    </div>
  );
}

/** JSON with line breaks; anything else as it is. */
function readable(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : text;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
