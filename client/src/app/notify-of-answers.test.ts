import { conversationIdSchema, generationIdSchema } from '@parley/contracts';
import type { News } from '@parley/contracts';
import { afterEach, expect, test, vi } from 'vitest';
import { setPreferences } from '../lib/preferences.ts';
import { createQueryClient } from '../lib/query/query-client.ts';
import { notifyOfAnswers } from './notify-of-answers.ts';

const conversationId = conversationIdSchema.parse('00000000-0000-4000-8000-000000000001');
const generationId = generationIdSchema.parse('00000000-0000-4000-8000-000000000002');
const ended = { type: 'generation-ended', conversationId, generationId, status: 'done' } as const;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('tells of an answer that ended while nobody looked, and leads to it', async () => {
  const { shown, tell, goTo } = start();
  tell(ended);
  await vi.waitFor(() => expect(shown).toHaveLength(1));
  expect(shown[0]).toMatchObject({ title: 'Untitled chat', body: 'The answer is ready.' });
  shown[0]?.dispatchEvent(new Event('click'));
  expect(goTo).toHaveBeenCalledExactlyOnceWith(`/c/${conversationId}`);
});

test('is silent while somebody looks, where it is not wanted or not allowed, and when somebody stopped the answer', async () => {
  for (const circumstance of [
    { visibility: 'visible' },
    { notify: false },
    { permission: 'denied' },
    { news: { ...ended, status: 'stopped' } },
  ] as const) {
    const { shown, tell } = start(circumstance);
    tell('news' in circumstance ? circumstance.news : ended);
    await Promise.resolve();
    expect(shown).toEqual([]);
  }
});

interface Circumstance {
  readonly visibility?: DocumentVisibilityState;
  readonly notify?: boolean;
  readonly permission?: NotificationPermission;
}

function start({ visibility = 'hidden', notify = true, permission = 'granted' }: Circumstance = {}) {
  const shown: (EventTarget & { readonly title: string; readonly body: string })[] = [];
  class FakeNotification extends EventTarget {
    static readonly permission = permission;
    readonly title: string;
    readonly body: string;
    constructor(title: string, { body = '' }: NotificationOptions) {
      super();
      this.title = title;
      this.body = body;
      shown.push(this);
    }
    close(): void {
      this.dispatchEvent(new Event('close'));
    }
  }
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(window, 'focus').mockImplementation(() => undefined);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility);
  setPreferences({ notify });
  const goTo = vi.fn<(path: string) => void>();
  const listeners: ((news: News) => void)[] = [];
  notifyOfAnswers({
    news: {
      subscribe({ onNews }) {
        listeners.push(onNews);
        return () => undefined;
      },
    },
    queryClient: createQueryClient(),
    goTo,
  });
  return { shown, goTo, tell: (news: News) => listeners.forEach((listener) => listener(news)) };
}
