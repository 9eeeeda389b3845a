/** One promise: what is measured, what it may be, and whether the ratio to the floor decides or the value itself. */
interface Gate {
  readonly name: string;
  readonly unit: string;
  readonly most: number;
  readonly by: 'value' | 'ratio';
}

export const gateNames = [
  'interactive',
  'interactiveSlow',
  'open',
  'longTasks',
  'dropped',
  'keys',
  'script',
  'mainThread',
  'heapAnswer',
  'heapSwitches',
  'keepUp',
  'keepUpFast',
  'pin',
  'drift',
] as const;
export type GateName = (typeof gateNames)[number];

/** The promises of the chat client. The floor is the same answer in a chat of two messages, in the same run. */
export const gates: Readonly<Record<GateName, Gate>> = {
  interactive: { name: 'page to first key, local', unit: 'ms', most: 1_000, by: 'value' },
  interactiveSlow: { name: 'page to first key, 1.6 Mbit/s, 150 ms, 4x CPU', unit: 'ms', most: 2_500, by: 'value' },
  open: { name: 'click to newest message, p95', unit: 'ms', most: 150, by: 'value' },
  longTasks: { name: 'long tasks in the stream', unit: 'ms', most: 2, by: 'ratio' },
  dropped: { name: 'dropped frames', unit: '', most: 1.3, by: 'ratio' },
  keys: { name: 'keys during the stream, p98', unit: 'ms', most: 200, by: 'value' },
  script: { name: 'script, whole answer', unit: 'ms', most: 1_000, by: 'value' },
  mainThread: { name: 'main thread, share of the answer', unit: '%', most: 35, by: 'value' },
  heapAnswer: { name: 'heap, per answer', unit: 'MB', most: 3, by: 'value' },
  heapSwitches: { name: 'heap, after 20 chat switches', unit: 'MB', most: 10, by: 'value' },
  keepUp: { name: 'last byte to painted, 400 tokens/s', unit: 'ms', most: 100, by: 'value' },
  keepUpFast: { name: 'last byte to painted, 1,500 tokens/s', unit: 'ms', most: 250, by: 'value' },
  pin: { name: 'distance from the end while following', unit: 'px', most: 0, by: 'value' },
  drift: { name: 'drift while scrolled up', unit: 'px', most: 0, by: 'value' },
};

/** Frames and milliseconds below which a ratio says nothing: what a floor of nearly nothing may be exceeded by. */
const slack: Partial<Record<GateName, number>> = { longTasks: 100, dropped: 10 };

/** Whether a value keeps its gate, beside the floor of the same run. */
export function isKept(name: GateName, value: number, floor: number | undefined): boolean {
  const gate = gates[name];
  if (gate.by === 'value' || floor === undefined) return value <= gate.most;
  return value <= Math.max(floor * gate.most, floor + (slack[name] ?? 0));
}
