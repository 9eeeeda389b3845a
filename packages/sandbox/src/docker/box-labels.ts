/** Labels of a container: what it is, whose it is, and when it was made and must be gone, in Unix milliseconds. */
export const boxLabels = {
  box: 'parley.sandbox',
  instance: 'parley.sandbox.instance',
  runner: 'parley.sandbox.runner',
  created: 'parley.sandbox.created',
  until: 'parley.sandbox.until',
} as const;

/** Who makes boxes: an install, and the process of it. */
export interface BoxOwner {
  readonly instance: string;
  readonly runner: string;
}

/** The labels of a box made now that may live so many seconds. */
export function labelsFor({ instance, runner }: BoxOwner, now: number, lifeSeconds: number): Record<string, string> {
  return {
    [boxLabels.box]: '1',
    [boxLabels.instance]: instance,
    [boxLabels.runner]: runner,
    [boxLabels.created]: String(now),
    [boxLabels.until]: String(now + lifeSeconds * 1_000),
  };
}
