import { newId } from '../../../lib/new-id.ts';
import { createMessageGate } from '../parts/app/message-gate.ts';
import { type ConsoleLevel, type FrameTheme, readFromFrame, type ToFrame } from './frame-message.ts';

/** How it goes with an artifact: it is loaded, runs, has not answered for a while, or cannot go on. */
export type FrameState = 'loading' | 'running' | 'silent' | 'flooding' | 'unreachable';

/** What an artifact printed, or where it failed. */
export interface ConsoleLine {
  readonly level: ConsoleLevel;
  readonly text: string;
}

/** What a frame can show. */
export type FrameContent = Pick<Extract<ToFrame, { type: 'init' }>, 'kind' | 'code'>;

/** Our end of the talk with an artifact in a frame. */
export interface ArtifactHost {
  /** Tells it that its surroundings look different. */
  themeChanged(): void;
  /** Listens no more. */
  close(): void;
}

interface ArtifactHostOptions {
  /** The frame's window, once there is one. */
  readonly frame: () => Pick<Window, 'postMessage'> | null;
  readonly content: FrameContent;
  readonly theme: () => FrameTheme;
  readonly onState: (state: FrameState) => void;
  readonly onLine: (line: ConsoleLine) => void;
  /** It wants a page to be opened. */
  readonly onLink: (url: string) => void;
}

/** Milliseconds. */
const pingInterval = 5_000;
/** Pings without an answer, after which an artifact counts as silent. */
const mostMissed = 2;
/** Messages over 64 KB, after which nobody listens any more. */
const mostOversized = 3;
/** Milliseconds until the frame has to be there. */
const longestLoading = 15_000;

/**
 * Hands an artifact to the frame that is being loaded. What comes back is foreign: only messages of this very frame are
 * heard, at most 60 a second of 64 KB, and of each no more than the schema knows.
 */
export function createArtifactHost(options: ArtifactHostOptions): ArtifactHost {
  const { frame, content, theme, onState, onLine, onLink } = options;
  const nonce = newId();
  const admit = createMessageGate(() => performance.now());
  let state: FrameState = 'loading';
  let missed = 0;
  let oversized = 0;

  function become(next: FrameState): void {
    if (state === next) return;
    state = next;
    onState(next);
    if (next === 'flooding' || next === 'unreachable') close();
  }

  function tell(message: ToFrame): void {
    // The frame has an opaque origin, which no target can name: nothing secret goes down.
    frame()?.postMessage(message, '*');
  }

  function receive({ source, origin, data }: MessageEvent<unknown>): void {
    if (source === null || source !== frame() || origin !== 'null') return;
    const admission = admit();
    if (admission === 'flood') become('flooding');
    if (admission !== 'heard') return;
    const message = readFromFrame(data);
    if (message === 'oversized') {
      oversized += 1;
      if (oversized > mostOversized) become('flooding');
    } else if (message?.type === 'ready') {
      // A frame that loads itself anew is not handed its artifact again, and falls silent.
      if (state !== 'loading') return;
      become('running');
      tell({ v: 1, nonce, type: 'init', ...content, locale: document.documentElement.lang, theme: theme() });
    } else if (message?.nonce === nonce) {
      hear(message);
    }
  }

  function hear(message: Exclude<ReturnType<typeof readFromFrame>, 'oversized' | undefined>): void {
    switch (message.type) {
      case 'pong':
        missed = 0;
        become('running');
        return;
      case 'console':
        onLine({ level: message.level, text: message.text });
        return;
      case 'error':
        onLine({ level: 'error', text: message.text });
        return;
      case 'link':
        onLink(message.url);
        return;
      case 'ready':
        return;
      default:
        message satisfies never;
    }
  }

  function ping(): void {
    if (state === 'loading' || document.hidden) return;
    if (missed >= mostMissed) become('silent');
    missed += 1;
    tell({ v: 1, nonce, type: 'ping' });
  }

  const pings = setInterval(ping, pingInterval);
  const loading = setTimeout(() => {
    if (state === 'loading') become('unreachable');
  }, longestLoading);
  window.addEventListener('message', receive);

  function close(): void {
    window.removeEventListener('message', receive);
    clearInterval(pings);
    clearTimeout(loading);
  }

  return {
    themeChanged() {
      if (state !== 'loading') tell({ v: 1, nonce, type: 'theme', theme: theme() });
    },
    close,
  };
}
