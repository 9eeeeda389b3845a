/** The type of a stream whose creator names none. */
export const defaultContentType = 'application/octet-stream';

/** The type of a stream whose entries are JSON values. */
export const jsonContentType = 'application/json';

/** `type/subtype` in lower case, without parameters such as a charset: streams are of one type when these are equal. */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Whether entries are messages with boundaries of their own, read as a JSON array. */
export function isJsonType(contentType: string): boolean {
  const mediaType = mediaTypeOf(contentType);
  return mediaType === jsonContentType || mediaType.endsWith('+json');
}

/** Whether the bytes of such a stream may be sent as the text of an event; all others travel as base64. */
export function isTextType(contentType: string): boolean {
  return isJsonType(contentType) || mediaTypeOf(contentType).startsWith('text/');
}
