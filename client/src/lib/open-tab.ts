import { webUrl } from './web-url.ts';

/** A tab that was opened by a click and learns a moment later where it leads. */
export interface OpenedTab {
  /** Whether the browser opened it. */
  readonly isOpen: boolean;
  /** Follows an address of the web; anything else closes the tab. Whoever is there knows nothing of this page. */
  lead(address: string): void;
  close(): void;
}

/** Opens an empty tab at once, because browsers open none that nobody has just clicked for. */
export function openTab(): OpenedTab {
  const opened = window.open('about:blank', '_blank');
  return {
    isOpen: opened !== null,
    lead(address) {
      const url = webUrl(address);
      if (!opened || !url) return opened?.close();
      opened.opener = null;
      opened.location.replace(url.href);
    },
    close: () => opened?.close(),
  };
}
