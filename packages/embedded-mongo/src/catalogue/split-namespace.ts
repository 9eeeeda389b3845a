/** The database and the collection that a namespace names; MongoDB allows dots in names of collections only. */
export function splitNamespace(namespace: string): { readonly database: string; readonly name: string } {
  const dot = namespace.indexOf('.');
  if (dot === -1) return { database: namespace, name: '' };
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}
