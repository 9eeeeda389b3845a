import { foldParts } from '@parley/contracts';
import type { InputRequest, ToolCallPart } from '@parley/contracts';
import type { ToolDecision, ToolSpec } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';
import { checkInput } from './check-input.ts';
import type { RoundPorts } from './tool-round.ts';

/** What a person is shown before a call may run. */
export function approvalRequest(spec: ToolSpec, { scopes, reason }: ToolDecision, why?: string): InputRequest {
  const said = why ?? reason;
  return {
    kind: 'approval',
    title: spec.title,
    source: spec.source,
    description: spec.description,
    hints: spec.hints,
    // What is asked about again may be allowed by now: then it is for this once.
    scopes: scopes.length === 0 ? ['once'] : [...scopes],
    ...(said === undefined ? {} : { reason: said }),
    digest: spec.digest,
  };
}

/** Whether a person has approved a call of the tool as it is now. */
export function isApproved({ approval, request }: ToolCallPart, spec: ToolSpec): boolean {
  if (approval === undefined || (approval.digest !== undefined && approval.digest !== spec.digest)) return false;
  return request?.kind !== 'approval' || isSameTool(request, spec);
}

/** Whether what a person was shown of a tool is still true. */
function isSameTool(request: Extract<InputRequest, { kind: 'approval' }>, spec: ToolSpec): boolean {
  const { title, source, description, hints } = request;
  const shown = [title, source.kind, source.id, description, hints.readOnly, hints.destructive];
  const now = [spec.title, spec.source.kind, spec.source.id, spec.description];
  return JSON.stringify(shown) === JSON.stringify([...now, spec.hints.readOnly, spec.hints.destructive]);
}

/** Takes in what its user has answered, if anything; the call then. */
export async function* takeAnswer(
  call: ToolCallPart,
  spec: ToolSpec,
  step: number,
  { inputs, approvals, caller }: Pick<RoundPorts, 'inputs' | 'approvals' | 'caller'>,
): AsyncGenerator<TurnEvent, ToolCallPart> {
  const given = call.state === 'waiting' ? inputs.given(call.callId) : undefined;
  if (given === undefined) return call;
  inputs.accept(given);
  const { answer, commandId } = given;
  const event = { type: 'input-received', step, callId: call.callId, commandId, answer } as const;
  const answered = foldCall(call, event);
  if (answer.kind === 'approve' && answer.scope !== 'once' && isApproved(answered, spec)) {
    // First, for once the answer is taken in nobody looks at it again.
    if ('input' in checkInput(answer.input ?? call.input, spec)) await approvals.remember(caller, spec, answer.scope);
  }
  yield event;
  return answered;
}

function foldCall(call: ToolCallPart, event: TurnEvent): ToolCallPart {
  const [folded] = foldParts([call], event);
  return folded?.type === 'tool-call' ? folded : call;
}
