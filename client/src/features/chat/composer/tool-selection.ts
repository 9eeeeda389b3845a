import type { ToolRef } from '@parley/contracts';
import type { ToolGroup } from '../../../lib/tool-groups.ts';

/** Whether a tool may be called: it was chosen itself, or with everything of its group. */
export function isOn(chosen: readonly ToolRef[], { whole }: ToolGroup, ref: ToolRef): boolean {
  return chosen.includes(ref) || (whole !== undefined && chosen.includes(whole));
}

/** How many of a group's tools may be called: all, some or none of them. */
export function shareOn(chosen: readonly ToolRef[], group: ToolGroup): 'all' | 'some' | 'none' {
  if (group.whole !== undefined && chosen.includes(group.whole)) return 'all';
  const on = group.tools.filter(({ ref }) => chosen.includes(ref)).length;
  if (on === 0) return 'none';
  return on === group.tools.length ? 'all' : 'some';
}

/** The choice with everything of a group in it, or nothing of it. A server stands for all its tools, also later ones. */
export function toggleGroup(chosen: readonly ToolRef[], group: ToolGroup, on: boolean): ToolRef[] {
  const { whole } = group;
  const members = group.tools.map(({ ref }) => ref);
  const rest = chosen.filter((ref) => ref !== whole && !members.includes(ref) && !isOf(ref, whole));
  if (!on) return rest;
  return [...rest, ...(whole === undefined ? members : [whole])];
}

/** The choice with one tool in it or not. */
export function toggleTool(chosen: readonly ToolRef[], group: ToolGroup, ref: ToolRef, on: boolean): ToolRef[] {
  const { whole, tools } = group;
  if (whole !== undefined && chosen.includes(whole)) {
    if (on) return [...chosen];
    const others = tools.map((tool) => tool.ref).filter((other) => other !== ref);
    return [...chosen.filter((other) => other !== whole), ...others];
  }
  const rest = chosen.filter((other) => other !== ref);
  if (!on) return rest;
  const next = [...rest, ref];
  return whole !== undefined && tools.every((tool) => next.includes(tool.ref)) ? toggleGroup(next, group, true) : next;
}

function isOf(ref: ToolRef, whole: ToolRef | undefined): boolean {
  return whole !== undefined && ref.startsWith(`${whole}/`);
}
