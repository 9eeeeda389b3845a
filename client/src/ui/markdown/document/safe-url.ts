const PAGE = new URL('https://page.invalid/');
const LINK_SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);
const RASTER_DATA = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[\w+/=\s%-]*$/i;

export interface SafeLink {
  readonly href: string;
  /** Whether it leaves this site. */
  readonly external: boolean;
}

/**
 * The link, if it is one an answer may contain: http, https, mailto or relative. The same parser that browsers use
 * decides, so that control characters and odd spellings of a scheme cannot slip through.
 */
export function safeLink(destination: string): SafeLink | undefined {
  // A backslash is an ordinary character in markdown but a slash to browsers.
  const href = destination.trim().replaceAll('\\', '%5C');
  if (!href || !URL.canParse(href, PAGE)) return undefined;
  const url = new URL(href, PAGE);
  if (!LINK_SCHEMES.has(url.protocol)) return undefined;
  return url.origin === PAGE.origin
    ? { href, external: false }
    : { href: url.href, external: url.protocol !== 'mailto:' };
}

/**
 * The address of a picture that may load by itself, if this is one: data held in the text, or a relative address. Any
 * other would tell a stranger's server who reads the answer and when.
 */
export function localImage(source: string): string | undefined {
  if (RASTER_DATA.test(source.trim())) return source.trim();
  const link = safeLink(source);
  return link && new URL(link.href, PAGE).origin === PAGE.origin ? link.href : undefined;
}
