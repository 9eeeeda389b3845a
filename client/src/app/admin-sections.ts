/** The parts of the administration, as the address names them. */
export const adminSections = ['agents', 'groups', 'tools', 'code', 'audit'] as const;
export type AdminSection = (typeof adminSections)[number];

export function parseAdminSection(value: unknown): AdminSection {
  return adminSections.find((section) => section === value) ?? 'agents';
}
