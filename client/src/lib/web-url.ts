/** An address of the web that somebody else chose, ready to be followed; `undefined` for anything else, such as `javascript:`. */
export function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}
