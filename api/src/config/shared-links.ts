import type { LibrechatConfig } from '@parley/contracts';

/** Which links to snapshots of chats may be made and read; neither: there are none. */
export interface SharedLinksConfig {
  /** For people with an account here. */
  readonly signedIn: boolean;
  /** For whoever has the link. */
  readonly public: boolean;
}

/** Without a word of the operator's: all of them. */
export const openSharedLinks: SharedLinksConfig = { signedIn: true, public: true };

/** What a file decides about links; one that says `public` alone still needs `create`. */
export function sharedLinksFromConfig({ interface: ui }: LibrechatConfig): SharedLinksConfig {
  const { sharedLinks = true } = ui ?? {};
  if (typeof sharedLinks === 'boolean') return { signedIn: sharedLinks, public: sharedLinks };
  const { create = true, share = true, public: isPublic = true } = sharedLinks;
  return { signedIn: create && share, public: create && share && isPublic };
}
