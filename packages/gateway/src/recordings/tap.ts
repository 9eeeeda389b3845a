import type { GatewayError } from '../core/gateway-error.ts';

/**
 * What a tap gives: text that ends with the event of that number; the end, or the error of an answer that never began;
 * or that its reader fell behind and finds the rest in the recording.
 */
export type TapNews =
  | { readonly type: 'text'; readonly text: string; readonly last: number }
  | { readonly type: 'behind' }
  | { readonly type: 'end'; readonly error: GatewayError | undefined };

export interface Tap {
  push(text: string, last: number): void;
  end(error?: GatewayError): void;
  /** All that came since the last call, as one. */
  next(): Promise<TapNews>;
  /** Resolves when the reader has taken what was pushed, or is gone. */
  drained(): Promise<void>;
  /** The reader is gone. */
  close(): void;
}

/** How many characters may wait for a slow reader. */
const longestBacklog = 256 * 1024;

/** Hands text from a call to one reader. A slow reader loses its place when `canCatchUp`, otherwise text waits for it. */
export function createTap(canCatchUp: () => boolean): Tap {
  let backlog = '';
  let last = 0;
  let state: 'open' | 'behind' | 'ended' | 'closed' = 'open';
  let error: GatewayError | undefined;
  let wakeReader: (() => void) | undefined;
  let wakeWriter: (() => void) | undefined;

  function take(): TapNews | undefined {
    if (state === 'behind') return { type: 'behind' };
    if (backlog !== '') {
      const text = backlog;
      backlog = '';
      wakeWriter?.();
      return { type: 'text', text, last };
    }
    return state === 'open' ? undefined : { type: 'end', error };
  }

  return {
    push(text, number) {
      if (state !== 'open') return;
      backlog += text;
      last = number;
      if (backlog.length > longestBacklog && canCatchUp()) {
        state = 'behind';
        backlog = '';
      }
      wakeReader?.();
    },
    end(reason) {
      if (state !== 'open') return;
      state = 'ended';
      error = reason;
      wakeReader?.();
    },
    async next() {
      for (;;) {
        const news = take();
        if (news !== undefined) return news;
        await new Promise<void>((resolve) => (wakeReader = resolve));
      }
    },
    async drained() {
      // One writer: what it waits for is gone when it is woken.
      if (state === 'open' && backlog !== '') await new Promise<void>((resolve) => (wakeWriter = resolve));
    },
    close() {
      state = 'closed';
      backlog = '';
      wakeReader?.();
      wakeWriter?.();
    },
  };
}
