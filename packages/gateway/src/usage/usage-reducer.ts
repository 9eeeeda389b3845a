import type { ModelEvent, ModelUsage } from '../core/model-event.ts';
import type { Writable } from '../core/writable.ts';
import { usageKinds } from './usage-kinds.ts';
import type { UsageCounts } from './usage-kinds.ts';
import { readWireText } from './read-wire-text.ts';

/** What one target used for one answer, as far as it is known. */
export interface CountedUsage {
  /** The target, where a change of targets named it; undefined: the one that the call began with. */
  readonly target: string | undefined;
  readonly usage: ModelUsage;
  /** The provider did not say, or not to the end: output was counted by its characters. */
  readonly isEstimated: boolean;
  /** False for what was void when another target started anew: nobody is charged for it. */
  readonly isKept: boolean;
}

export interface UsageReducer {
  add(event: ModelEvent): void;
  /** Whether a `finish` or `failure` came. */
  readonly end: 'finish' | 'failure' | undefined;
  /** Everything that was used so far; `inputOf` counts where nobody reported any. The last one is the current target. */
  counted(inputOf: () => number): readonly CountedUsage[];
}

const none: readonly CountedUsage[] = [];
const charactersPerToken = 4;
/** Bytes of a passed-through answer that are looked at to know how much text its bytes hold. */
const sampleSize = 16_384;

/**
 * Adds up what an answer used over all its events. Reports are cumulative, and a vendor may repeat, refine or forget a
 * field: the largest number of each kind counts, never the first. Where an answer ended without a report, what was
 * produced is counted, at four characters a token.
 */
export function createUsageReducer(): UsageReducer {
  let before: readonly CountedUsage[] = none;
  let target: string | undefined;
  let current = newCount();

  const reducer: Writable<UsageReducer> = {
    end: undefined,
    add(event) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'refusal-delta':
        case 'tool-input-delta':
          current.characters += event.text.length;
          break;
        case 'wire':
          if (event.phase === 'content') addWire(current, event.bytes);
          break;
        case 'usage':
          current.reported = largest(current.reported, event.usage);
          break;
        case 'recovery':
          before = [...before, countOf(current, target, () => 0, false)];
          if (event.mode === 'restarted') before = before.map(voided);
          target = event.to;
          current = newCount();
          break;
        case 'finish':
        case 'failure':
          reducer.end = event.type;
          break;
        case 'answer-start':
        case 'part-signature':
        case 'source':
          break;
        default:
          event satisfies never;
      }
    },
    counted(inputOf) {
      const now = countOf(current, target, inputOf, reducer.end === 'finish');
      if (before.length === 0) return [now];
      // A target that was cut off had read the prompt as well.
      const past = before.map((count) => (count.usage.input > 0 ? count : withInput(count, inputOf())));
      return [...past, now];
    },
  };
  return reducer;
}

interface Count {
  reported: ModelUsage | undefined;
  characters: number;
  wireBytes: number;
  sample: Buffer[] | undefined;
  sampled: number;
}

function newCount(): Count {
  return { reported: undefined, characters: 0, wireBytes: 0, sample: undefined, sampled: 0 };
}

function addWire(count: Count, bytes: Buffer): void {
  count.wireBytes += bytes.length;
  if (count.sampled >= sampleSize) return;
  if (count.sample === undefined) count.sample = [bytes];
  else count.sample.push(bytes);
  count.sampled += bytes.length;
}

function largest(one: ModelUsage | undefined, other: ModelUsage): ModelUsage {
  if (one === undefined) return other;
  const both: UsageCounts = { input: 0, output: 0 };
  for (const kind of usageKinds) {
    const most = Math.max(one[kind] ?? 0, other[kind] ?? 0);
    if (most > 0) both[kind] = most;
  }
  return both;
}

/**
 * A whole answer is as its provider reported it, unless it reported nothing for what was seen. One that broke off made at
 * least what was seen of it.
 */
function countOf(count: Count, target: string | undefined, inputOf: () => number, isWhole: boolean): CountedUsage {
  const { reported } = count;
  if (isWhole && reported !== undefined && reported.output > 0) {
    return { target, usage: reported, isEstimated: false, isKept: true };
  }
  const produced = Math.ceil(charactersOf(count) / charactersPerToken);
  const isReported = isWhole && reported !== undefined && reported.input > 0 && produced === 0;
  if (isReported) return { target, usage: reported, isEstimated: false, isKept: true };
  const usage = {
    ...reported,
    input: reported !== undefined && reported.input > 0 ? reported.input : inputOf(),
    output: Math.max(reported?.output ?? 0, produced),
  };
  return { target, usage, isEstimated: true, isKept: true };
}

function charactersOf({ characters, wireBytes, sample, sampled }: Count): number {
  if (sample === undefined || sampled === 0) return characters;
  return characters + Math.round((readWireText(Buffer.concat(sample)) * wireBytes) / sampled);
}

function withInput(count: CountedUsage, input: number): CountedUsage {
  return { ...count, usage: { ...count.usage, input }, isEstimated: true };
}

function voided(count: CountedUsage): CountedUsage {
  return { ...count, isKept: false };
}
