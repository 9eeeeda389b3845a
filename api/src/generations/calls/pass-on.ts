import { ProblemError } from '@parley/contracts';
import type { AgentRef } from '@parley/contracts';
import { failure } from './tool-round.ts';
import type { CallOutcome, RoundPorts, ToolRound } from './tool-round.ts';

/** Most hand-offs in one turn. */
const mostHandOffs = 10;

/** Accepts that the conversation is passed on to another agent after this round; the first one of a round is. */
export async function passOn(
  agent: AgentRef,
  { answer }: ToolRound,
  { setupOf, signal, passing }: RoundPorts,
): Promise<CallOutcome> {
  const before = answer.filter(({ type }) => type === 'hand-off').length;
  if (before >= mostHandOffs) return failure('The conversation was handed over too often in this answer.');
  try {
    const setup = await setupOf(agent, signal);
    const { accepted } = passing;
    if (accepted !== undefined) return failure(`The conversation goes to “${accepted.agent.name}” already.`);
    passing.accepted = { agent, setup };
    return { output: `The conversation was handed over to “${agent.name}”, who goes on from here.`, failed: false };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return failure(`The conversation cannot be handed over to “${agent.name}”: ${error.message}`);
  }
}
