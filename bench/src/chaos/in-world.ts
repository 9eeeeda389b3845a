import { createAccount } from '../turns/api-client.ts';
import { startWorld } from '../world/world.ts';
import type { World, WorldShape } from '../world/world.ts';

/** An install with an account, for as long as a task takes. */
export async function inWorld<T>(shape: WorldShape, task: (world: World, token: string) => Promise<T>): Promise<T> {
  const world = await startWorld(shape);
  try {
    return await task(world, await createAccount(world.addresses[0] ?? ''));
  } finally {
    await world.close();
  }
}
