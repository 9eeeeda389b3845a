import { useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../../lib/i18n/use-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { TextAreaField } from '../../../../ui/text-area-field.tsx';
import { ArgumentsView } from './arguments-view.tsx';
import { checkArguments, type ArgumentsProblem, readArguments } from './read-arguments.ts';

export interface ArgumentsEditorProps {
  /** The arguments as the model wrote them. */
  readonly original: string;
  /** The arguments as edited; `undefined` while they are the model's. */
  readonly edited: string | undefined;
  readonly onChange: (edited: string | undefined) => void;
}

/** The arguments of a call as a list, and as JSON for whoever wants to change them. */
export function ArgumentsEditor({ original, edited, onChange }: ArgumentsEditorProps) {
  const { approval } = useTexts().tools;
  const [isEditing, setEditing] = useState(false);
  const start = readArguments(original).pretty;
  const text = edited ?? start;
  const problem = checkArguments(text);
  const change = (next: string) => onChange(next === start ? undefined : next);
  const reset =
    edited === undefined ? null : (
      <Button size="small" variant="ghost" onClick={() => onChange(undefined)}>
        {approval.reset}
      </Button>
    );
  if (isEditing || problem) {
    return (
      <TextAreaField
        label={approval.editLabel}
        hint={approval.editHint}
        error={problem && explain(problem, approval)}
        aside={
          <span className="-me-2.5 flex gap-1">
            {reset}
            <Button size="small" variant="ghost" disabled={problem !== undefined} onClick={() => setEditing(false)}>
              {approval.stopEditing}
            </Button>
          </span>
        }
        value={text}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        dir="ltr"
        className="[&_textarea]:font-mono [&_textarea]:text-xs/5"
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  return (
    <div>
      <div className="mb-1 flex min-h-7 flex-wrap items-center justify-between gap-x-3">
        <h4 className="text-xs font-medium text-text-muted">
          {approval.input}
          {edited === undefined ? null : <span className="text-warning"> · {approval.edited}</span>}
        </h4>
        <span className="-me-2.5 flex gap-1">
          {reset}
          <Button size="small" variant="ghost" onClick={() => setEditing(true)}>
            {approval.edit}
          </Button>
        </span>
      </div>
      <ArgumentsView read={readArguments(text)} />
    </div>
  );
}

function explain(problem: ArgumentsProblem, texts: Texts['tools']['approval']): string {
  if (problem.kind === 'not-json') return texts.notJson(problem.reason);
  return problem.kind === 'not-object' ? texts.notObject : texts.tooLong;
}
