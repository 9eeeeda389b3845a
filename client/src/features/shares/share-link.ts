/** The address at which a shared chat is read. */
export function shareLink(token: string): string {
  return `${location.origin}/share/${token}`;
}
