import type { TabChannel } from '../lib/tab-channel.ts';

/** One channel with as many tabs as join; each hears the others, as with `BroadcastChannel`. */
export function createTabChannels() {
  const members: EventTarget[] = [];
  let isMute = false;
  return {
    /** From now on nobody hears anybody, as when all other tabs are frozen. */
    mute() {
      isMute = true;
    },
    join(): TabChannel {
      const member = new EventTarget();
      members.push(member);
      return {
        postMessage: (data) => {
          for (const other of members) {
            if (other !== member && !isMute)
              other.dispatchEvent(new MessageEvent('message', { data: structuredClone(data) }));
          }
        },
        addEventListener: (type, listener) =>
          member.addEventListener(type, (event) => {
            if (event instanceof MessageEvent) listener(event);
          }),
      };
    },
  };
}
