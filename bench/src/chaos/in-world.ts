import { say } from '../report/print-table.ts';
import { createAccount } from '../turns/api-client.ts';
import { startWorld } from '../world/world.ts';
import type { World, WorldShape } from '../world/world.ts';

const shownOutput = 3_000;

/** An install with an account, for as long as a task takes. */
export async function inWorld<T>(shape: WorldShape, task: (world: World, token: string) => Promise<T>): Promise<T> {
  const world = await startWorld(shape);
  try {
    return await task(world, await createAccount(world.addresses[0] ?? ''));
  } catch (error) {
    for (const replica of world.replicas) say(`What the api said:\n${replica.output().slice(-shownOutput)}`);
    throw error;
  } finally {
    // Rows start again whatever they end.
    for (const replica of world.replicas)
      if (!replica.isRunning()) say(`An api has ended by itself:\n${replica.output().slice(-shownOutput)}`);
    await world.close();
  }
}
