import { lazy } from 'react';
import type { ComponentType } from 'react';
import { whenIdle } from './when-idle.ts';

/**
 * A component that nobody misses in the first moment: its code is fetched once the browser has nothing better to do, so
 * that the page can be used the sooner. To be shown within `<Suspense>`.
 */
export function lazyWhenIdle<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    await new Promise<void>(whenIdle);
    return { default: await load() };
  });
}
