import { messageText, ProblemError, totalUsage } from '@parley/contracts';
import type { AgentRef, MessagePart, NestedRun, ToolCallPart } from '@parley/contracts';
import type { ToolInput } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';
import type { RunTurn, Turn, TurnPorts } from '../turn-ports.ts';
import type { TurnSetup } from '../turn-setup.ts';
import { handedTo, isToolStep } from './call-parts.ts';
import { failure } from './tool-round.ts';
import type { CallOutcome, RoundPorts, ToolRound } from './tool-round.ts';

/** How deep agents may ask agents. */
const mostDepth = 5;

interface SubAgentCall {
  readonly call: ToolCallPart;
  readonly agent: AgentRef;
  readonly input: ToolInput;
}

/** Lets another agent do a task inside of a call, from where it stands. What it does is told as events within the call. */
export async function* runSubAgent(
  { call, agent, input }: SubAgentCall,
  round: ToolRound,
  ports: RoundPorts,
): AsyncGenerator<TurnEvent, CallOutcome> {
  const { callId, run } = call;
  const { step, ancestors, within } = round;
  if (ancestors.includes(agent.id)) return failure(`The agent “${agent.name}” is at work on this already.`);
  if (within.length >= mostDepth) return failure('Agents have asked agents too deeply; nobody was asked any more.');
  if (ports.isSpent()) return failure('There is nothing left to spend, so nobody was asked.');
  if (run === undefined && !ports.room.takeRun()) {
    return failure('Agents were asked too often in this answer; nobody was asked any more.');
  }
  const known = run ?? startOf(agent);
  let setup: TurnSetup;
  try {
    setup = await ports.setupOf(handedTo(known.parts) ?? known.agent, ports.signal);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return failure(`The agent “${agent.name}” cannot be asked: ${error.message}`);
  }
  if (run === undefined) {
    yield { type: 'tool-started', step, callId };
    yield { type: 'sub-agent-started', step, callId, agent };
  }
  if (isFinished(known)) return resultOf(known.parts);
  const watch = ports.startWatch();
  try {
    const turn = turnOf(call, known, setup, input, round);
    return yield* work(turn, portsOf(known, setup, watch, ports), ports.runTurn);
  } finally {
    watch.close();
  }
}

function startOf(agent: AgentRef): NestedRun {
  return { agent, parts: [], progress: { step: 0, attempt: 1, isBegun: false, isUsageHeld: false } };
}

/** Whether a run has ended with a model's last word, and only its result was not told. */
function isFinished({ parts, progress: { step, isBegun } }: NestedRun): boolean {
  return !isBegun && step > 0 && !isToolStep(parts, step) && !isToolStep(parts, step - 1);
}

function turnOf(
  { callId }: ToolCallPart,
  { parts, progress, agent }: NestedRun,
  setup: TurnSetup,
  input: ToolInput,
  { generationId, within, ancestors }: ToolRound,
): Turn {
  const { step, attempt, isBegun, isUsageHeld } = progress;
  const task = typeof input['task'] === 'string' ? input['task'] : '';
  return {
    generationId,
    history: [{ role: 'user', parts: [{ type: 'text', step: 0, text: task }] }],
    answer: parts,
    step,
    begun: isBegun ? { attempt, isUsageHeld } : undefined,
    setup,
    within: [...within, callId],
    ancestors: [...ancestors, agent.id],
  };
}

async function* work(turn: Turn, ports: TurnPorts, runTurn: RunTurn): AsyncGenerator<TurnEvent, CallOutcome> {
  const callId = turn.within.at(-1) ?? '';
  const running = runTurn(turn, ports);
  let { step } = turn;
  for (;;) {
    const next = await running.next();
    if (next.done !== true) {
      const event = next.value;
      if (event.within === undefined) ({ step } = event);
      yield { ...event, within: [callId, ...(event.within ?? [])] };
      continue;
    }
    const { outcome, answer } = next.value;
    if (outcome === 'waiting') return 'waiting';
    if (outcome.status === 'done') {
      // Whoever continues must see that nothing was left to do.
      yield { type: 'step-finished', step, within: [callId] };
      return resultOf(answer);
    }
    const { title = 'It was stopped', detail } = outcome.error ?? {};
    const said = lastText(answer);
    const soFar = said === '' ? '' : `\n\nIt had said so far:\n${said}`;
    return failure(`The agent could not finish. ${title}.${detail === undefined ? '' : ` ${detail}`}${soFar}`);
  }
}

/** Its time and what it spends count for the turns around it, too. */
function portsOf(run: NestedRun, setup: TurnSetup, watch: TurnPorts['watch'], ports: RoundPorts): TurnPorts {
  const used = totalUsage(run);
  return {
    ...ports,
    steersAfter: () => [],
    beforeEnd: () => Promise.resolve(),
    watch,
    spending: ports.spending.part(used === undefined ? 0 : (setup.costOf(used) ?? 0)),
    isOuterSpent: ports.isSpent,
    holdTime() {
      const resumers = [watch.hold(), ports.holdTime()];
      return () => {
        for (const resume of resumers) resume();
      };
    },
  };
}

function resultOf(parts: readonly MessagePart[]): CallOutcome {
  const output = lastText(parts);
  return output === '' ? failure('The agent has given no answer.') : { output, failed: false };
}

/** What was said in the last step that said anything. */
function lastText(parts: readonly MessagePart[]): string {
  const texts = parts.flatMap((part) => (part.type === 'text' && part.text.trim() !== '' ? [part] : []));
  const step = texts.at(-1)?.step;
  return messageText({ parts: texts.filter((part) => part.step === step) });
}
