import { problem } from '@parley/contracts';
import type { SharedType } from '@parley/contracts';
import type { AccessSubject } from '../access/access-service.ts';
import type { PromptsConfig } from '../config/answerers-config.ts';
import type { Grant } from '../database/schemas/access-grant-document.ts';

/** Throws `forbidden` where the operator does not let people share prompts like that. Admins may. */
export function checkPromptSharing(
  rules: PromptsConfig,
  { role }: AccessSubject,
  type: SharedType,
  wanted: readonly Grant[],
): void {
  if (type !== 'prompt-group' || role === 'ADMIN') return;
  const isShared = wanted.length > 1;
  if (isShared && !rules.share) throw problem('forbidden', { detail: 'Prompts cannot be shared here.' });
  if (!rules.public && wanted.some(({ principal }) => principal.type === 'public')) {
    throw problem('forbidden', { detail: 'Prompts cannot be shared with everybody here.' });
  }
}
