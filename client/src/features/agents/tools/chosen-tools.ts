import type { ToolEffect, ToolRef } from '@parley/contracts';
import type { ToolGroup } from '../../../lib/tool-groups.ts';
import { wholeOf } from '../../../lib/tool-groups.ts';

/** A line of the builder: a tool or a whole server that was chosen. */
export interface ChosenTool {
  readonly ref: ToolRef;
  readonly title: string;
  readonly description: string;
  /** Where a single tool comes from. */
  readonly origin: string | undefined;
  readonly effect: ToolEffect | undefined;
  /** How many tools a whole server has now. */
  readonly size: number | undefined;
  /** The install does not know it right now. */
  readonly isUnknown: boolean;
}

/** What was chosen, in its order, with what is known of it. */
export function describeChosen(chosen: readonly ToolRef[], groups: readonly ToolGroup[]): ChosenTool[] {
  return chosen.map((ref): ChosenTool => {
    const group = groups.find(({ key, tools }) => key === wholeOf(ref) || tools.some((tool) => tool.ref === ref));
    const tool = group?.tools.find((candidate) => candidate.ref === ref);
    if (group && group.whole === ref) {
      const { title, description, tools, kind } = group;
      // Nothing but the whole of it can be chosen, so it counts as one tool.
      const size = kind === 'code' ? undefined : tools.length;
      return { ref, title, description, origin: undefined, effect: undefined, size, isUnknown: false };
    }
    if (group && tool) {
      const { title, description, effect } = tool;
      const origin = group.kind === 'built-in' ? undefined : group.title;
      return { ref, title, description, origin, effect, size: undefined, isUnknown: false };
    }
    const title = ref.split('/').slice(1).join(' / ') || ref;
    return { ref, title, description: '', origin: undefined, effect: undefined, size: undefined, isUnknown: true };
  });
}
