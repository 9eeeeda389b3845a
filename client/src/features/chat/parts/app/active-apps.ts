import { create } from 'zustand';

/** Apps that run at once on a page; each may keep a core busy. */
const mostActive = 3;

/** Which apps run, the one that began first at the front. */
const useActiveApps = create<readonly string[]>()(() => []);

/** Whether this app runs. */
export function useIsActive(id: string): boolean {
  return useActiveApps((active) => active.includes(id));
}

/** Lets an app run if there is room for it. */
export function startIfRoom(id: string): void {
  useActiveApps.setState((active) => (active.length < mostActive ? including(active, id) : active), true);
}

/** Lets an app run; the one that began first makes room. */
export function startNow(id: string): void {
  useActiveApps.setState((active) => including(active, id).slice(-mostActive), true);
}

/** Ends an app. Harmless when it does not run. */
export function endApp(id: string): void {
  useActiveApps.setState((active) => active.filter((other) => other !== id), true);
}

function including(active: readonly string[], id: string): readonly string[] {
  return active.includes(id) ? active : [...active, id];
}
