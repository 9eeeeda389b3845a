export interface UpstreamAddress {
  readonly origin: string;
  /** With its query. */
  readonly path: string;
}

export interface UpstreamAddresses {
  /** The address of `path` below `baseUrl`; `/..` at its beginning goes one step up. */
  of(baseUrl: string, path: string): UpstreamAddress;
}

const mostHeld = 1000;

/** Takes base URLs apart, each of them once. */
export function createUpstreamAddresses(): UpstreamAddresses {
  const held = new Map<string, UpstreamAddress>();
  return {
    of(baseUrl, path) {
      let base = held.get(baseUrl);
      if (base === undefined) {
        const url = new URL(baseUrl);
        base = { origin: url.origin, path: url.pathname.replace(/\/$/, '') };
        if (held.size >= mostHeld) held.clear();
        held.set(baseUrl, base);
      }
      if (path.startsWith('/../')) {
        return { origin: base.origin, path: base.path.replace(/\/[^/]*$/, '') + path.slice(3) };
      }
      return { origin: base.origin, path: base.path + path };
    },
  };
}
