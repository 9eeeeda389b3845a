import type { ToolCallPart } from '@parley/contracts';
import { orAborted } from '../../or-aborted.ts';
import type { Tool, ToolInput, ToolSpec } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';
import { agentTools, findCallable } from './agent-tools.ts';
import type { Callable } from './agent-tools.ts';
import { approvalRequest, isApproved, takeAnswer } from './ask-first.ts';
import { checkInput } from './check-input.ts';
import { nearestName } from './nearest-name.ts';
import { passOn } from './pass-on.ts';
import { runSubAgent } from './run-sub-agent.ts';
import { runTool } from './run-tool.ts';
import { denial, failure } from './tool-round.ts';
import type { CallOutcome, RoundPorts, ToolRound } from './tool-round.ts';

/** Milliseconds that a tool may take to find out what it needs of its user. */
const longestLook = 30_000;
/** Calls of one step. */
const mostCalls = 64;

/**
 * Brings one call as far as it gets: to its result, or to where it waits for its user. A call that may have had its
 * effect is never run again, unless its tool may be run twice.
 */
export async function* answerCall(
  call: ToolCallPart,
  round: ToolRound,
  ports: RoundPorts,
): AsyncGenerator<TurnEvent, void> {
  const outcome = isBeyond(call, round) ? tooMany : yield* found(call, round, ports);
  if (outcome === 'waiting') return;
  const { denied, execution } = outcome;
  const kept = await ports.results.keep(ports.caller, call.callId, outcome);
  const { step } = round;
  yield {
    type: 'tool-result',
    step,
    callId: call.callId,
    output: ports.room.take(kept.output.length) ? kept.output : noRoom,
    failed: outcome.failed,
    ...(denied === undefined ? {} : { denied }),
    ...(kept.stored === undefined ? {} : { stored: kept.stored }),
    ...(kept.attachments === undefined ? {} : { attachments: [...kept.attachments] }),
    ...(execution === undefined ? {} : { execution }),
  };
}

const tooMany = failure(
  `Only the first ${mostCalls} calls of a step are made. This one was not; make it in another step.`,
);
const noRoom = 'The answer is too long to hold this result.';

/** Whether its step has more calls before it than are made side by side. */
function isBeyond({ callId, step }: ToolCallPart, { answer }: ToolRound): boolean {
  const calls = answer.filter((part) => part.type === 'tool-call' && part.step === step);
  return calls.findIndex((part) => part.type === 'tool-call' && part.callId === callId) >= mostCalls;
}

async function* found(call: ToolCallPart, round: ToolRound, ports: RoundPorts): AsyncGenerator<TurnEvent, CallOutcome> {
  const callable = findCallable(round.setup, call.name);
  return callable === undefined ? unknownTool(call, round) : yield* outcomeOf(call, callable, round, ports);
}

function unknownTool({ name, started }: ToolCallPart, { setup, answer }: ToolRound): CallOutcome {
  if (started === true) return interrupted;
  const offered = [...setup.toolbox.offered(answer), ...agentTools(setup)].map(({ spec }) => spec.name);
  const nearest = nearestName(name, offered);
  const hint = nearest === undefined ? '' : ` Did you mean “${nearest}”?`;
  return failure(`There is no tool named “${name}”.${hint}`);
}

const interrupted = failure('The call was interrupted; its outcome is unknown.');

async function* outcomeOf(
  call: ToolCallPart,
  callable: Callable,
  round: ToolRound,
  ports: RoundPorts,
): AsyncGenerator<TurnEvent, CallOutcome> {
  const { spec } = callable;
  const { step } = round;
  const { callId } = call;
  if (callable.kind === 'tool' && call.started === true && !isRepeatable(spec)) return interrupted;
  const part = yield* takeAnswer(call, spec, step, ports);
  if (isStillWaiting(part)) return 'waiting';
  if (part.answer?.kind === 'deny') return denial(refusal(part.answer.reason));
  // What it means that a question stays unanswered, its tool says.
  const isDeclined = part.answer?.kind === 'decline' && part.request?.kind !== 'questions';
  if (isDeclined && part.started !== true) return denial('The user declined.');

  const checked = checkInput(part.approval?.input ?? part.input, spec);
  if ('wrong' in checked && part.approval?.input === undefined) return failure(checked.wrong);
  const decision = await ports.approvals.decide(ports.caller, spec);
  if (decision.effect === 'deny') {
    const reason = decision.reason ?? 'Its use is not allowed here.';
    await ports.approvals.noteRefusal(ports.caller, spec, part, reason);
    return denial(`The call was refused. ${reason}`);
  }
  const wrong = 'wrong' in checked ? checked.wrong : undefined;
  if (wrong !== undefined || (decision.effect === 'ask' && !isApproved(part, spec))) {
    const why = wrong ?? (part.approval === undefined ? undefined : 'The tool has changed since it was approved.');
    yield { type: 'input-requested', step, callId, request: approvalRequest(spec, decision, why) };
    return 'waiting';
  }
  const input = 'input' in checked ? checked.input : {};
  return yield* runCallable(part, callable, input, round, ports);
}

async function* runCallable(
  call: ToolCallPart,
  callable: Callable,
  input: ToolInput,
  round: ToolRound,
  ports: RoundPorts,
): AsyncGenerator<TurnEvent, CallOutcome> {
  const { step } = round;
  if (callable.kind !== 'tool') {
    const { agent } = callable;
    if (callable.kind === 'hand-off') return await passOn(agent, round, ports);
    return yield* runSubAgent({ call, agent, input }, round, ports);
  }
  const { tool } = callable;
  const hasAnswered = call.answer !== undefined && call.request?.kind !== 'approval' && call.started !== true;
  if (!hasAnswered) {
    const needed = await inputNeeded(tool, input, ports);
    if (needed === 'failed') return failure(`The tool “${tool.spec.name}” failed.`);
    if (needed !== undefined) {
      yield { type: 'input-requested', step, callId: call.callId, request: needed };
      return 'waiting';
    }
  }
  return yield* runTool({ tool, call, input, answer: hasAnswered ? call.answer : undefined, step }, ports);
}

/** A call that was begun waits for what its tool asked in a process that is gone; it is run anew instead. */
function isStillWaiting({ state, started, request }: ToolCallPart): boolean {
  return state === 'waiting' && (started !== true || request?.kind === 'approval');
}

function isRepeatable({ hints, isTrusted }: ToolSpec): boolean {
  return isTrusted && (hints.readOnly || hints.idempotent);
}

function refusal(reason: string | undefined): string {
  return `The user did not allow this call.${reason === undefined || reason === '' ? '' : ` They say: ${reason}`}`;
}

async function inputNeeded(tool: Tool, input: ToolInput, { startWatch, signal, onToolError }: RoundPorts) {
  if (tool.inputNeeded === undefined) return undefined;
  const watch = startWatch();
  const inTime = AbortSignal.any([signal, watch.alarm(longestLook)]);
  try {
    return await orAborted(tool.inputNeeded(input, inTime), inTime);
  } catch (error) {
    signal.throwIfAborted();
    onToolError(error, tool.spec.name);
    return 'failed' as const;
  } finally {
    watch.close();
  }
}
