import { agentIdSchema, ProblemError } from '@parley/contracts';
import type { Agent, AgentId, ApiKeyScope, UserId } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { AskedAnswer, GatewayErrorCode, ServedAnswer } from '@parley/gateway';
import type { AgentShelves } from '../agents/agent-shelves.ts';
import type { ApiKeyRecord } from '../database/repositories/api-key-repository.ts';
import type { UserRepository } from '../database/repositories/user-repository.ts';
import type { DirectTurns } from '../generations/direct-turns.ts';
import { toHistory } from './to-history.ts';
import { toModelEvents } from './to-model-events.ts';

const pageSize = 100;
/** Agents that a list of models names; there are no pages in it. */
const mostListed = 1_000;

/** Agents as OpenAI's clients see them. All throw a `GatewayError`. */
export interface AgentsApiService {
  /** Whose key it is. Throws `unauthenticated`, and `forbidden` where its scopes do not reach. */
  admit(authorization: string | undefined, scope: ApiKeyScope): Promise<UserId>;
  models(userId: UserId): Promise<object>;
  answer(userId: UserId, asked: AskedAnswer, requestId: string, signal: AbortSignal): Promise<ServedAnswer>;
}

interface AgentsApiServiceOptions {
  readonly findKey: (secret: string) => Promise<ApiKeyRecord | undefined>;
  readonly users: Pick<UserRepository, 'find'>;
  readonly shelves: AgentShelves;
  readonly turns: DirectTurns;
}

export function createAgentsApiService({ findKey, users, shelves, turns }: AgentsApiServiceOptions): AgentsApiService {
  async function listAgents(userId: UserId): Promise<Agent[]> {
    const user = await users.find(userId);
    if (user === undefined) return [];
    const agents: Agent[] = [];
    let cursor: string | undefined;
    do {
      const asker = { userId, role: user.role };
      const page = await shelves.list(asker, { shelf: 'all', query: '', limit: pageSize, cursor });
      agents.push(...page.items.filter(({ disabled }) => !disabled));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && agents.length < mostListed);
    return agents;
  }

  return {
    async admit(authorization, scope) {
      const [, secret] = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? [];
      const key = secret === undefined ? undefined : await findKey(secret);
      if (key === undefined) {
        throw new GatewayError('unauthenticated', { message: 'This needs a key of Parley, as a bearer token.' });
      }
      if (!key.scopes.includes(scope)) {
        throw new GatewayError('forbidden', { message: `This key does not have the scope “${scope}”.` });
      }
      return key.userId;
    },

    async models(userId) {
      const agents = await listAgents(userId);
      const data = agents.map(({ id, name, createdAt }) => ({
        id,
        object: 'model',
        created: Math.floor(Date.parse(createdAt) / 1000),
        owned_by: 'parley',
        name,
      }));
      return { object: 'list', data };
    },

    async answer(userId, asked, requestId, signal) {
      const agentId = parseAgentId(asked.model);
      const request = asked.toRequest();
      const turn = turns.run(
        {
          userId,
          agentId,
          history: toHistory(request),
          instructions: request.instructions,
          maxOutputTokens: request.sampling.maxOutputTokens,
        },
        signal,
      );
      return { model: agentId, events: toModelEvents(await begun(turn), { id: requestId, model: agentId }) };
    },
  };
}

function parseAgentId(model: string): AgentId {
  const parsed = agentIdSchema.safeParse(model);
  if (parsed.success) return parsed.data;
  const message = `There is no agent “${model.slice(0, 100)}”. The model is the id of an agent, as the list of models has it.`;
  throw new GatewayError('model-not-found', { message, param: 'model' });
}

/** The same turn, once its first event shows that it can be run: what keeps it from beginning still has a status. */
async function begun<E, R>(turn: AsyncGenerator<E, R>): Promise<AsyncGenerator<E, R>> {
  try {
    const first = await turn.next();
    return resumed(first, turn);
  } catch (error) {
    throw translated(error);
  }
}

async function* resumed<E, R>(first: IteratorResult<E, R>, turn: AsyncGenerator<E, R>): AsyncGenerator<E, R> {
  if (first.done === true) return first.value;
  yield first.value;
  return yield* turn;
}

function translated(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const message = error.detail ?? `${error.message}.`;
  return new GatewayError(codeOf(error), { message, param: 'model', cause: error });
}

function codeOf({ code, status }: ProblemError): GatewayErrorCode {
  if (code === 'agent-not-found' || code === 'model-not-found' || code === 'endpoint-not-found')
    return 'model-not-found';
  if (status === 403) return 'forbidden';
  return status >= 500 ? 'upstream-error' : 'bad-request';
}
