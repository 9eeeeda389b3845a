import { currentLocale } from '../../../../lib/i18n/language-store.ts';

/** How an app is to look, as the MCP Apps protocol says it. */
export interface HostContext {
  readonly theme: 'light' | 'dark';
  readonly styles: { readonly variables: Readonly<Record<string, string>> };
  readonly displayMode: 'inline';
  readonly availableDisplayModes: readonly ['inline'];
  readonly containerDimensions: { readonly width?: number; readonly maxHeight: number };
  readonly locale: string;
  readonly timeZone: string;
  readonly platform: 'web';
}

/** The protocol's names of ours. */
const variables = {
  '--color-background-primary': '--color-bg',
  '--color-background-secondary': '--color-surface',
  '--color-background-tertiary': '--color-raised',
  '--color-text-primary': '--color-text',
  '--color-text-secondary': '--color-text-muted',
  '--color-text-danger': '--color-danger',
  '--color-text-success': '--color-success',
  '--color-text-warning': '--color-warning',
  '--color-text-info': '--color-info',
  '--color-border-primary': '--color-border',
  '--color-ring-primary': '--color-accent',
  '--font-sans': '--font-sans',
  '--font-mono': '--font-mono',
  '--border-radius-sm': '--radius-control',
  '--border-radius-md': '--radius-card',
} as const;

/** CSS pixels that an app may take of the page. */
export const tallest = 800;
export const lowest = 48;

/** What an app in a frame of that width (CSS pixels) is told about where it is. */
export function hostContext(theme: HostContext['theme'], width: number): HostContext {
  const style = getComputedStyle(document.documentElement);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    theme,
    styles: {
      variables: Object.fromEntries(
        Object.entries(variables).flatMap(([theirs, ours]) => {
          const value = style.getPropertyValue(ours).trim();
          return value === '' ? [] : [[theirs, value]];
        }),
      ),
    },
    displayMode: 'inline',
    availableDisplayModes: ['inline'],
    containerDimensions: { ...(width > 0 ? { width } : {}), maxHeight: tallest },
    locale: currentLocale(),
    timeZone,
    platform: 'web',
  };
}
