import type { ApprovalScope, InputRequest, ToolHints } from '@parley/contracts';
import { ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Badge } from '../../../../ui/badge.tsx';
import { Button } from '../../../../ui/button.tsx';
import { SegmentedChoice } from '../../../../ui/segmented-choice.tsx';
import { TextField } from '../../../../ui/text-field.tsx';
import { ArgumentsEditor } from './arguments-editor.tsx';
import { ForeignWords } from './foreign-words.tsx';
import { checkArguments, showHidden } from './read-arguments.ts';
import { RequestCard } from './request-card.tsx';
import { type Asked, useAnswer } from './use-answer.ts';

type Approval = Extract<InputRequest, { kind: 'approval' }>;

/** Whether a tool may run: what it is, what exactly it is called with, and for how long the answer counts. */
export function ApprovalCard({ asked }: { readonly asked: Asked<Approval> }) {
  const { approval } = useTexts().tools;
  const { request, input } = asked;
  const answering = useAnswer(asked);
  const [edited, setEdited] = useState<string>();
  const [scope, setScope] = useState<ApprovalScope>('once');
  const [reason, setReason] = useState<string>();
  const isUsable = edited === undefined || checkArguments(edited) === undefined;
  const deny = () => {
    const why = reason?.trim() ?? '';
    answering.give({ kind: 'deny', ...(why === '' ? {} : { reason: why }) });
  };
  const approve = () => {
    if (isUsable) answering.give({ kind: 'approve', scope, ...(edited === undefined ? {} : { input: edited }) });
  };
  return (
    <RequestCard
      icon={<ShieldQuestion className="size-5" />}
      title={approval.title(showHidden(request.title))}
      source={request.source}
      answering={answering}
      keys={{ a: approve, d: deny }}
      actions={
        <>
          {reason === undefined ? (
            <Button variant="ghost" className="-ms-3.5 me-auto" onClick={() => setReason('')}>
              {approval.addReason}
            </Button>
          ) : null}
          <Button data-tooltip={approval.denyTooltip} onClick={deny}>
            {approval.deny}
          </Button>
          <Button variant="primary" data-tooltip={approval.approveTooltip} disabled={!isUsable} onClick={approve}>
            {approval.approve}
          </Button>
        </>
      }
    >
      <HintBadges hints={request.hints} />
      {request.reason === undefined ? null : <p className="wrap-anywhere">{request.reason}</p>}
      <ArgumentsEditor original={input} edited={edited} onChange={setEdited} />
      <Description request={request} />
      {request.scopes.length > 1 ? (
        <div className="flex flex-col items-start">
          <SegmentedChoice
            legend={approval.scope}
            value={scope}
            options={request.scopes.map((value) => ({ value, label: approval.scopes[value] }))}
            onChoose={setScope}
          />
          <p className="mt-1.5 text-xs text-text-muted">{approval.scopeHints[scope]}</p>
        </div>
      ) : null}
      {reason === undefined ? null : (
        <TextField
          label={approval.reason}
          hint={approval.reasonHint}
          value={reason}
          maxLength={2000}
          ref={focusField}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </RequestCard>
  );
}

/** What is said about the tool: of a foreign one as its author's words, which nobody has checked. */
function Description({ request: { description, source } }: { readonly request: Approval }) {
  const { approval } = useTexts().tools;
  if (description.trim() === '') return null;
  if (source.kind === 'built-in') return <ForeignWords text={description} label={approval.ownDescription} />;
  return <ForeignWords text={description} label={approval.description} note={approval.descriptionNote} />;
}

/** Somebody asked for the field, so they go on in it. */
function focusField(field: HTMLInputElement | null): void {
  field?.focus();
}

/** What a tool says of itself, in plain words. */
function HintBadges({ hints }: { readonly hints: ToolHints }) {
  const { approval } = useTexts().tools;
  const { readOnly, destructive, openWorld } = hints;
  return (
    <ul aria-label={approval.hintsLabel} className="m-0 flex list-none flex-wrap gap-1.5 p-0">
      <li className="inline-flex">
        {readOnly ? <Badge>{approval.hints.readOnly}</Badge> : null}
        {readOnly ? null : destructive ? (
          <Badge tone="warning">{approval.hints.destructive}</Badge>
        ) : (
          <Badge>{approval.hints.writes}</Badge>
        )}
      </li>
      {openWorld ? (
        <li className="inline-flex">
          <Badge>{approval.hints.openWorld}</Badge>
        </li>
      ) : null}
    </ul>
  );
}
