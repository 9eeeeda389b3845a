/** What tabs of one browser tell each other: the same origin, the same profile. A `BroadcastChannel`, or a double of it. */
export interface TabChannel {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/** The channel of that name, or `undefined` where browsers have none. */
export function openTabChannel(name: string): TabChannel | undefined {
  return 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined;
}
