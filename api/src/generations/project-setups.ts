import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { ToolCaller } from '../tools/tool.ts';
import type { ProjectInstructions } from './project-instructions.ts';
import type { TurnSetup, TurnSetups } from './turn-setup.ts';

interface ProjectSetupsOptions {
  readonly setups: TurnSetups;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly projects: Pick<ProjectInstructions, 'instructionsOf'>;
}

/** Setups in which the instructions of the conversation's project come before all others, whoever answers. */
export function createProjectSetups({ setups, conversations, projects }: ProjectSetupsOptions): TurnSetups {
  async function instructionsFor({ userId, conversationId }: Omit<ToolCaller, 'role'>): Promise<readonly string[]> {
    const projectId = (await conversations.find(userId, conversationId))?.projectId;
    const told = projectId === undefined ? undefined : await projects.instructionsOf(userId, projectId);
    return told === undefined || told.trim() === '' ? [] : [told];
  }

  async function inProject(caller: Omit<ToolCaller, 'role'>, finding: Promise<TurnSetup>): Promise<TurnSetup> {
    const [setup, told] = await Promise.all([finding, instructionsFor(caller)]);
    return told.length === 0 ? setup : { ...setup, instructions: [...told, ...setup.instructions] };
  }

  return {
    ...setups,
    of: (caller, choice, signal) => inProject(caller, setups.of(caller, choice, signal)),
    ofAgent: (caller, agent, signal) => inProject(caller, setups.ofAgent(caller, agent, signal)),
  };
}
