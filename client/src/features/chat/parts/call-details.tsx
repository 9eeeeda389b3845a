import type { ToolCallPart } from '@parley/contracts';
import { useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import type { Texts } from '../../../lib/i18n/use-texts.ts';
import { parseJson } from '../../../lib/parse-json.ts';
import { ScrollBox } from './scroll-box.tsx';
import { StoredOutput } from './stored-output.tsx';

/** What went into a call and what came out of it, exactly. */
export function CallDetails({ part }: { readonly part: ToolCallPart }) {
  const { call } = useTexts().tools;
  const [whole, setWhole] = useState<string>();
  const { answer, output, stored } = part;
  const edited = answer?.kind === 'approve' ? answer.input : undefined;
  const decision = decisionText(part, call);
  return (
    <div className="flex flex-col gap-2 pb-1">
      {decision === undefined ? null : <p className="text-xs wrap-anywhere text-text-muted">{decision}</p>}
      <Field label={call.input} text={readable(part.input)} />
      {edited === undefined ? null : <Field label={call.editedInput} text={readable(edited)} />}
      <div>
        <Field
          label={call.output}
          text={whole ?? (output === undefined ? call.noOutput : output === '' ? call.emptyOutput : readable(output))}
        />
        {stored ? <StoredOutput stored={stored} onText={setWhole} /> : null}
      </div>
    </div>
  );
}

function decisionText({ answer }: ToolCallPart, texts: Texts['tools']['call']): string | undefined {
  if (answer?.kind === 'approve') return texts.allowed[answer.scope];
  if (answer?.kind !== 'deny') return undefined;
  return answer.reason === undefined ? texts.denied : texts.deniedBecause(answer.reason);
}

function Field({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <p className="text-xs font-medium text-text-muted">{label}</p>
      <ScrollBox label={label} className="mt-1 rounded-control bg-surface">
        <pre className="isolate m-0 p-2.5 text-xs wrap-anywhere whitespace-pre-wrap">{text}</pre>
      </ScrollBox>
    </div>
  );
}

/** JSON with line breaks; anything else as it is. */
function readable(text: string): string {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : text;
}
