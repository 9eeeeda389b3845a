import { languages } from '../core/languages.ts';
import type { SandboxStatus } from '../core/run.ts';
import type { EngineStatus } from '../engine/sandbox-engine.ts';

/** What people are told of an engine. */
export function describeStatus({ usable, reason, remedy, engine, images }: EngineStatus): SandboxStatus {
  // Nobody knows which images an engine has that did not answer.
  if (engine === undefined && reason !== undefined) return statusWhileOff(reason, remedy);
  return {
    enabled: usable,
    ...(reason === undefined ? {} : { reason }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(engine === undefined ? {} : { engine }),
    languages: languages.map(({ id, label, image }) => {
      const version = images.get(image)?.versions[id];
      if (!images.has(image)) {
        const why = `The image ${image} is not built. What helps: npm run sandbox build ${image}`;
        return { id, label, ready: false, reason: why };
      }
      return { id, label, ready: usable, ...(version === undefined ? {} : { version }) };
    }),
  };
}

/** What people are told while nothing can be run. */
export function statusWhileOff(reason: string, remedy?: string): SandboxStatus {
  return {
    enabled: false,
    reason,
    ...(remedy === undefined ? {} : { remedy }),
    languages: languages.map(({ id, label }) => ({ id, label, ready: false, reason })),
  };
}
