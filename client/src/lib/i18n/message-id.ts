/** Catalogs that are a part of the first one, `en.ts`, under their own names. */
const partsOfApp = ['chat', 'markdown', 'tools'];

/**
 * What the id of a message in a room's PO file is called among all messages: `list.chats` of `order` is
 * `order:list.chats`. Those of `app`, and of the catalogs within it, are their paths in `en.ts`.
 */
export function messageId(room: string, id: string): string {
  if (room === 'app') return id;
  return partsOfApp.includes(room) ? `${room}.${id}` : `${room}:${id}`;
}
