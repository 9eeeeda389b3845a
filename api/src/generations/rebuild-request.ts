import { ProblemError } from '@parley/contracts';
import type { AgentRef, ConversationId, GenerationId, Message, MessagePart, UserId } from '@parley/contracts';
import type { ModelRequest } from '@parley/gateway';
import type { GenerationRecord, GenerationRepository } from '../database/repositories/generation-repository.ts';
import type { MessageRepository } from '../database/repositories/message-repository.ts';
import { buildContext } from './build-context.ts';
import type { Context, ToldSetup } from './build-context.ts';
import { handedTo, isToolStep } from './calls/call-parts.ts';
import { hashOfSent } from './step-traces.ts';
import { firstStepOf } from './stored-answer.ts';
import type { TurnChoice, TurnSetup, TurnSetups } from './turn-setup.ts';

/** A request that was sent, as far as it can be made again. */
export interface RebuiltRequest {
  readonly request: ModelRequest;
  /** It is what was sent, to the letter. */
  readonly isExact: boolean;
  /** Who answered, if an agent did. */
  readonly agent: AgentRef | undefined;
  /** The operator's model spec that was asked for, by its name. */
  readonly spec: string | undefined;
  /** Nobody can say any more what the model was told beside the conversation. */
  readonly isSetupLost: boolean;
}

/** Makes the request of the last step of an answer again out of what is stored. */
export type RebuildRequest = (userId: UserId, answer: Message, signal: AbortSignal) => Promise<RebuiltRequest>;

interface RebuildRequestOptions {
  readonly generations: Pick<GenerationRepository, 'find'>;
  readonly messages: Pick<MessageRepository, 'path'>;
  readonly setups: Pick<TurnSetups, 'of' | 'ofAgent'>;
}

interface Place {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly generationId: GenerationId;
}

export function createRequestRebuilder({ generations, messages, setups }: RebuildRequestOptions): RebuildRequest {
  async function recordOf(answer: Message): Promise<GenerationRecord | undefined> {
    const record = answer.generationId === undefined ? undefined : await generations.find(answer.generationId);
    return record?.responseMessageId === answer.id ? record : undefined;
  }

  /** `undefined` when what it was made of is gone, or not this person's to use any more. */
  async function setupOf(
    place: Place,
    choice: TurnChoice,
    passedTo: AgentRef | undefined,
    signal: AbortSignal,
  ): Promise<TurnSetup | undefined> {
    try {
      if (passedTo !== undefined) return await setups.ofAgent(place, passedTo, signal);
      return await setups.of(place, choice, signal);
    } catch (error) {
      if (error instanceof ProblemError && error.status < 500) return undefined;
      throw error;
    }
  }

  return async function rebuildRequest(userId, answer, signal) {
    const record = await recordOf(answer);
    const firstStep = record === undefined ? 0 : firstStepOf(record);
    const { step, before } = lastModelStep(answer, firstStep);
    const passedTo = handedTo(before, firstStep);
    const agent = passedTo ?? answer.agent;
    const { conversationId, endpoint = '', model = '' } = answer;
    const choice = record ?? { endpoint, model, tools: [], agent: answer.agent };
    const generationId = record?.id;
    const setup =
      generationId === undefined
        ? undefined
        : await setupOf({ userId, conversationId, generationId }, choice, passedTo, signal);
    const context: Omit<Context, 'setup'> = {
      history: answer.parentId === null ? [] : await messages.path(userId, conversationId, answer.parentId),
      answer: before,
      firstStep,
      guidance: record?.again?.guidance ?? answer.guidance,
      idempotencyKey: '',
    };
    const request = buildContext({ ...context, setup: setup ?? nothingKnown(model) });
    const sent = answer.trace?.find((trace) => trace.step === step)?.sentHash;
    const isExact = setup !== undefined && sent !== undefined && sent === hashOfSent(request);
    return { request, isExact, agent, spec: record?.spec, isSetupLost: setup === undefined };
  };
}

/** The last step in which a model was called, and what the answer held before it. */
function lastModelStep({ parts, trace = [] }: Message, firstStep: number): { step: number; before: MessagePart[] } {
  const written = parts.flatMap((part) =>
    (part.type === 'text' || part.type === 'reasoning' || part.type === 'tool-call') && part.step >= firstStep
      ? [part.step]
      : [],
  );
  const called = trace.map(({ step }) => step).filter((step) => step >= firstStep && !isToolStep(parts, step));
  const step = Math.max(firstStep, ...written, ...called);
  // What the user added before the step belongs to what was sent.
  const before = parts.filter(
    (part) => 'step' in part && (part.step < step || (part.type === 'steer' && part.step === step)),
  );
  return { step, before };
}

function nothingKnown(modelName: string): ToldSetup {
  const toolbox = { offered: () => [], find: () => undefined, notices: [] };
  return { modelName, instructions: [], parameters: {}, toolbox, subAgents: [], handOffs: [] };
}
