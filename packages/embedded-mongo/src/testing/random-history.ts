/** A random history of a store beside a model of it; each part says how the store deviates from the model. */
export interface RandomHistory {
  /** Makes what the history begins with. */
  start(): Promise<void>;
  /** Does one thing. */
  step(): Promise<string | undefined>;
  /** Ends what is open, and looks at what is left. */
  finish(): Promise<string | undefined>;
}

/** Runs a history of so many steps, and tells of its first deviation. */
export async function deviationOf(history: RandomHistory, steps: number): Promise<string | undefined> {
  await history.start();
  for (let step = 0; step < steps; step += 1) {
    const found = await history.step();
    if (found !== undefined) return `step ${String(step)}: ${found}`;
  }
  return history.finish();
}
