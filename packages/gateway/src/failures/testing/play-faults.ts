import { askChat } from './ask-chat.ts';
import { askMessages } from './ask-messages.ts';
import { askResponses } from './ask-responses.ts';
import type { Heard } from './ask-chat.ts';
import { planFault } from './fault-plan.ts';
import type { FaultPlan } from './fault-plan.ts';
import { startFailureGateway } from './start-failure-gateway.ts';
import { startFaultyUpstream } from './faulty-upstream.ts';

export interface FaultTally {
  readonly cases: number;
  /** Whole answers, by policy. */
  readonly whole: Record<FaultPlan['model'], number>;
  /** Explicit errors, by policy. */
  readonly errors: Record<FaultPlan['model'], number>;
  readonly left: number;
  /** Upstream calls that were made for them. */
  readonly calls: number;
  /** Seeds of what must never happen. */
  readonly truncatedAsSuccess: readonly number[];
  readonly doubledText: readonly number[];
  readonly silentEnds: readonly number[];
  readonly wrongBeginnings: number;
  /** Upstream calls and connections that were still held after the last answer. */
  readonly leakedCalls: number;
  readonly leakedConnections: number;
}

export interface FaultGame {
  readonly cases: number;
  readonly firstSeed?: number;
  readonly concurrency?: number;
}

/** Asks a gateway over three faulty targets that many questions, by all three policies, and judges every answer. */
export async function playFaults({ cases, firstSeed = 1, concurrency = 128 }: FaultGame): Promise<FaultTally> {
  const upstreams = {
    a: await startFaultyUpstream('a'),
    b: await startFaultyUpstream('b'),
    c: await startFaultyUpstream('c'),
  };
  const able = { prefill: true };
  const gateway = await startFailureGateway({
    targets: {
      a: { baseUrl: upstreams.a.baseUrl, capabilities: able },
      b: { baseUrl: upstreams.b.baseUrl, capabilities: able },
      c: { baseUrl: upstreams.c.baseUrl, capabilities: able },
    },
    models: { plain: {}, lasting: { recovery: 'continue' }, fresh: { recovery: 'restart' } },
    timeouts: { headers: 1000, content: 1000, idle: 400 },
    config: {
      startDeadlineMs: 4000,
      // Every case shall reach its targets.
      breaker: { windowMs: 1000, failures: 1e9, failureShare: 1, openMs: 1, probesPerMinute: 1e9, successes: 1 },
    },
  });
  const tally = createTally();
  let seed = firstSeed;
  const work = async (): Promise<void> => {
    while (seed < firstSeed + cases) {
      const plan = planFault(seed++);
      tally.judge(plan, await ask(gateway.url, plan));
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
    const all = Object.values(upstreams);
    const held = (): number => gateway.occupancy() + all.reduce((sum, { unfinished }) => sum + unfinished, 0);
    await settled(held);
    const leakedCalls = held();
    const calls = all.reduce((sum, upstream) => sum + upstream.calls, 0);
    const wrongBeginnings = all.reduce((sum, upstream) => sum + upstream.wrongBeginnings, 0);
    await gateway.close();
    const connections = (): number => all.reduce((sum, upstream) => sum + upstream.connections, 0);
    await settled(connections);
    return { cases, ...tally.counts, calls, wrongBeginnings, leakedCalls, leakedConnections: connections() };
  } finally {
    for (const upstream of Object.values(upstreams)) await upstream.close();
  }
}

const asking = { chat: askChat, messages: askMessages, responses: askResponses } as const;

function ask(url: string, { seed, model, client, isStream, bearsRestart, leaveAfter }: FaultPlan): Promise<Heard> {
  return asking[client](url, {
    model,
    content: String(seed),
    isStream,
    ...(bearsRestart ? { headers: { 'x-parley-recovery': 'restart' } } : {}),
    ...(leaveAfter === undefined ? {} : { leaveAfter }),
  });
}

function createTally() {
  const counts = {
    whole: { plain: 0, lasting: 0, fresh: 0 },
    errors: { plain: 0, lasting: 0, fresh: 0 },
    left: 0,
    truncatedAsSuccess: new Array<number>(),
    doubledText: new Array<number>(),
    silentEnds: new Array<number>(),
  };

  function judge({ seed, model, text, toolInput = '', leaveAfter, bearsRestart }: FaultPlan, heard: Heard): void {
    const isUnasked = heard.restarts > 0 && !bearsRestart;
    const isTrue = !isUnasked && text.startsWith(heard.text) && toolInput.startsWith(heard.toolInput);
    const isWhole = heard.text === text && heard.toolInput === toolInput;
    const isSuccess = heard.isDone && heard.error === undefined;
    if (!isTrue) counts.doubledText.push(seed);
    else if (isSuccess && !isWhole) counts.truncatedAsSuccess.push(seed);
    if (isSuccess) counts.whole[model] += 1;
    else if (heard.error !== undefined) counts.errors[model] += 1;
    else if (leaveAfter !== undefined) counts.left += 1;
    else counts.silentEnds.push(seed);
  }

  return { counts, judge };
}

/** Waits until nothing is held any more, or for so long that it never will be. */
async function settled(held: () => number): Promise<void> {
  const until = performance.now() + 5000;
  while (held() > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
