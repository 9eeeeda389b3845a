/** One data object as a server-sent event. */
export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** One data object as a server-sent event with a name. */
export function namedFrame(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
