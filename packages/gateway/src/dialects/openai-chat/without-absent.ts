/** `fields` without those that are undefined: what is absent in a request stays absent on the wire. */
export function withoutAbsent(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) present[name] = value;
  return present;
}
