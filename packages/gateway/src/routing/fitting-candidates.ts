import type { Call, CallTraits, RouteCandidate, RoutePlan } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Capabilities, Target } from '../core/provider-strategy.ts';
import { targetIdOf } from './target-id.ts';

/** Tokens are counted roughly; what is only a little too long may fit after all, and the provider knows. */
const contextMargin = 1.25;

/**
 * The candidates that can take the call as it is; nothing of it is ever dropped to make it fit. Throws
 * `context-exceeded` when it is too long for all of them, `bad-request` when they lack something else.
 */
export function fittingCandidates(call: Call, { name, candidates }: RoutePlan): readonly RouteCandidate[] {
  if (candidates.every(({ target }) => surelyFits(target, call))) return candidates;
  const traits = call.traits();
  const lacks = candidates.map(({ target }) => lackOf(target.capabilities ?? {}, traits));
  const fitting = candidates.filter((_, index) => lacks[index] === undefined);
  if (fitting.length > 0) return fitting;
  const isTooLong = lacks.every((lack) => lack === 'context');
  throw new GatewayError(isTooLong ? 'context-exceeded' : 'bad-request', {
    message: `Nothing behind ${name} can take this request: ${candidates.map(({ target }, index) => sentence(target, lacks[index])).join('; ')}.`,
  });
}

/** Seen without a look into the request: nothing is known that the target cannot do, and the body is small enough. */
function surelyFits({ capabilities: able }: Target, { wire }: Call): boolean {
  if (able === undefined) return true;
  const { images, audio, tools, schema, contextTokens = Infinity } = able;
  if (images === false || audio === false || tools === false || schema === false) return false;
  return wire === undefined ? contextTokens === Infinity : wire.body.length / 4 <= contextTokens * contextMargin;
}

type Lack = 'context' | 'images' | 'audio' | 'tools' | 'schema';

const words: Readonly<Record<Lack, string>> = {
  context: 'is too small for it',
  images: 'does not see images',
  audio: 'does not hear audio',
  tools: 'does not call tools',
  schema: 'does not keep to a schema',
};

function lackOf(able: Capabilities, traits: CallTraits): Lack | undefined {
  if (able.images === false && traits.hasImages) return 'images';
  if (able.audio === false && traits.hasAudio) return 'audio';
  if (able.tools === false && traits.toolCount > 0) return 'tools';
  if (able.schema === false && traits.wantsSchema) return 'schema';
  // Media count as text by their bytes, which says nothing of their tokens.
  if (able.contextTokens === undefined || traits.hasImages || traits.hasAudio) return undefined;
  return traits.approximateTokens > able.contextTokens * contextMargin ? 'context' : undefined;
}

function sentence(target: Target, lack: Lack | undefined): string {
  return `${targetIdOf(target)} ${words[lack ?? 'context']}`;
}
