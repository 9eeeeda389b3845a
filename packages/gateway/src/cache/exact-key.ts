import type { Call, CallScope, RoutePlan } from '../core/call.ts';
import type { ModelRequest } from '../core/model-request.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AskedAnswer } from './asked-answer.ts';
import { digest } from './digest.ts';
import { without } from './without.ts';

/** Changes when what is stored, or how, changes. */
const version = 1;

/**
 * SHA-256, in hex, of everything an answer depends on: who asks, who may answer, and the whole request. Undefined for a
 * request that has no canonical form. The order of fields plays no part, and neither does whether the answer is streamed.
 */
export function exactKey({ call, request, body }: AskedAnswer, plan: RoutePlan): string | undefined {
  // What is outside the shared shape (a message's `name`, say) still reaches an upstream of the client's own dialect.
  const asked =
    body === undefined
      ? withoutNames(request)
      : { dialect: call.wire?.dialect, body: body.json, longFigures: body.longFigures };
  const canonical = canonicalJson([version, identityOf(call.scope), modelOf(plan), asked]);
  return canonical === undefined ? undefined : digest(canonical);
}

/**
 * Like `exactKey`, with the last question left out: questions under one of these may be compared with each other.
 * Everything said before, the system text, tools, format, attachments and sampling are the same.
 */
export function scopeKey({ call, request, body }: AskedAnswer, plan: RoutePlan, question: string): string | undefined {
  const last = request.turns.at(-1);
  const rest = {
    ...withoutNames(request),
    turns: request.turns.slice(0, -1),
    last: last?.role === 'user' ? last.parts.filter(({ type }) => type !== 'text') : undefined,
  };
  const parts = [
    canonicalJson(['near', version, identityOf(call.scope), modelOf(plan), call.wire?.dialect, rest]),
    body === undefined ? '' : canonicalJson([body.json, body.longFigures], { except: question }),
  ];
  return parts.includes(undefined) ? undefined : digest(parts.join('\n'));
}

/**
 * A shorter way to the key of a body that was read before: the same bytes of the same client for the same plan. Not for
 * stores, for it says nothing of bodies that differ in their order only.
 */
export function bodyKey({ scope, wire }: Call, plan: RoutePlan, fingerprint: string): string | undefined {
  if (wire === undefined) return undefined;
  const { exact } = plan.settings.cache;
  return JSON.stringify([fingerprint, exact, wire.dialect, identityOf(scope), modelOf(plan)]);
}

/** Nobody shares with anybody: not with another key of the same user, nor with another user of the same key. */
function identityOf({ caller, key, tenant, organisation, customer, team, user }: CallScope): unknown {
  return { caller, key: key?.id, tenant, organisation, customer, team, user };
}

/** The models that may answer, by where they are; what a name stands for may change, its key with it. */
function modelOf({ name, candidates }: RoutePlan): unknown {
  const targets = candidates.map(({ target }) => `${target.baseUrl} ${target.dialect ?? ''} ${target.model}`);
  return { name: targets.length > 1 ? name : '', targets: targets.toSorted() };
}

function withoutNames(request: ModelRequest): Readonly<Record<string, unknown>> {
  return without(request, ['model', 'idempotencyKey']);
}
