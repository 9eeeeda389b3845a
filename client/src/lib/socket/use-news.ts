import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { News } from '@parley/contracts';
import { news } from './news.ts';

/** Whether this browser hears of what other devices do at once, or has to ask. */
export function useNewsConnected(): boolean {
  return useSyncExternalStore(news.subscribeConnection, news.isConnected);
}

/** Hears of news while a component is mounted. */
export function useNews(onNews: (item: News) => void): void {
  const handler = useEffectEvent(onNews);
  useEffect(() => news.subscribe({ onNews: (item) => handler(item), onMissed: () => undefined }), []);
}
