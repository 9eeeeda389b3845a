import type { Attempt, Call, Trail } from '../core/call.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';

const timeouts = { connect: 1000, headers: 1000, content: 1000, idle: 1000 };

/** A target that is nowhere, for tests that never call it. */
export function sampleTarget(id = 'acme/large', more: Partial<Target> = {}): Target {
  const [providerName = '', model = ''] = id.split('/');
  return {
    id,
    providerName,
    provider: 'Acme',
    dialect: 'openai-chat',
    baseUrl: 'http://acme.test/v1',
    model,
    timeouts,
    ...more,
  };
}

/** A call as the server makes one, with nothing special about it. */
export function sampleCall(more: Partial<Omit<Call, 'trail'>> & { trail?: Partial<Trail>; text?: string } = {}): Call {
  const { trail, text = 'Hello', ...fields } = more;
  const attempts: Attempt[] = [];
  const request: ModelRequest = {
    model: 'large',
    instructions: [],
    turns: [{ role: 'user', parts: [{ type: 'text', text }] }],
    tools: [],
    sampling: {},
  };
  return {
    id: 'call-1',
    model: 'large',
    isStream: true,
    toRequest: () => request,
    traits: () => ({ hasImages: false, hasAudio: false, toolCount: 0, wantsSchema: false, approximateTokens: 10 }),
    scope: { caller: 'caller-1' },
    trail: { attempts, dropped: new Set(), reasons: [], ...trail },
    startBy: performance.now() + 60_000,
    deadline: performance.now() + 600_000,
    ...fields,
  };
}
