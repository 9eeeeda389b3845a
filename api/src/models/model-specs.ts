import { problem } from '@parley/contracts';
import type { AnswerersOffer, BeginChoice, ToolRef, TurnSettings, UserId } from '@parley/contracts';
import type { AnswerersConfig, ModelSpecEntry } from '../config/answerers-config.ts';

/** Who is to answer a turn and how, as it was asked for. */
export interface AskedAnswerer {
  readonly endpoint: string;
  readonly model: string;
  readonly tools: readonly ToolRef[];
  readonly settings?: TurnSettings | undefined;
  readonly spec?: string | undefined;
}

/** The operator's own choices of models with their settings (`modelSpecs`). */
export interface ModelSpecs {
  /**
   * What a turn is really answered with: settings and tools of its spec are the server's own, whatever was sent. Throws
   * `forbidden` where a spec has to be named and is not, or where what was sent differs from it; `model-not-found` for a
   * name that no spec has.
   */
  resolve<C extends AskedAnswerer>(asked: C): C;
  /** The part of an offer that is the same for everybody. */
  offer(): Omit<AnswerersOffer, 'items' | 'begin'>;
  /** What everybody's new chats begin with, if the operator says so. */
  begin(): BeginChoice | undefined;
}

/** Finds what a person's own new chats begin with. */
export type OwnBeginning = (userId: UserId) => Promise<BeginChoice | undefined>;

export function createModelSpecs({ specs, enforce, listed, without }: AnswerersConfig): ModelSpecs {
  const byName = new Map(specs.map((entry) => [entry.shown.name, entry]));

  function find({ spec }: AskedAnswerer): ModelSpecEntry | undefined {
    const found = spec === undefined ? undefined : byName.get(spec);
    if (found !== undefined) return found;
    if (enforce) throw problem('forbidden', { detail: 'Please choose one of the models that are offered here.' });
    if (spec === undefined) return undefined;
    throw problem('model-not-found', { detail: `“${spec}” is not offered here any more.` });
  }

  return {
    resolve(asked) {
      const entry = find(asked);
      if (entry === undefined) return asked;
      const { shown } = entry;
      if (asked.endpoint !== shown.endpoint || asked.model !== shown.model) {
        throw problem('forbidden', { detail: `“${shown.label}” is answered by another model.` });
      }
      if (enforce && hasSettings(asked.settings)) {
        throw problem('forbidden', { detail: `The settings of “${shown.label}” cannot be changed.` });
      }
      const own = shown.toolsFixed === true ? [] : asked.tools;
      const tools = [...new Set([...entry.tools, ...own])];
      return { ...asked, tools, settings: merge(entry.settings, asked.settings) };
    },

    offer() {
      const [first] = specs;
      const soft = specs.find(({ begins }) => begins === 'first') ?? (listed?.length === 0 ? first : undefined);
      return {
        ...(specs.length === 0 ? {} : { specs: specs.map(({ shown }) => shown) }),
        ...(enforce ? { only: 'specs' } : {}),
        ...(listed === undefined ? {} : { listed: [...listed] }),
        ...(soft === undefined ? {} : { fallback: choiceOf(soft) }),
        ...(without.length === 0 ? {} : { without: [...without] }),
      };
    },

    begin() {
      const found = specs.find(({ begins }) => begins === 'always');
      return found && choiceOf(found);
    },
  };
}

function choiceOf({ shown }: ModelSpecEntry): BeginChoice {
  return { endpoint: shown.endpoint, model: shown.model, spec: shown.name };
}

function hasSettings(settings: TurnSettings | undefined): boolean {
  const { instructions = '', parameters = {} } = settings ?? {};
  return instructions !== '' || Object.values(parameters).some((value) => value !== undefined);
}

/** What was sent counts where it says something. */
function merge(own: TurnSettings, sent: TurnSettings | undefined): TurnSettings {
  const instructions = sent?.instructions || own.instructions;
  return {
    ...(instructions === undefined ? {} : { instructions }),
    parameters: { ...own.parameters, ...sent?.parameters },
  };
}
