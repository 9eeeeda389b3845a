import { Avatar } from '../../../ui/avatar.tsx';
import type { Answerer } from './use-answerer.ts';

/** Which agent answers, above its answer; nothing for a model. Headings tell it to screen readers already. */
export function AgentHeader({ answerer: { name, isAgent, picture } }: { readonly answerer: Answerer }) {
  if (!isAgent) return null;
  return (
    <p aria-hidden className="mb-2 flex min-w-0 items-center gap-2 text-sm font-medium">
      <Avatar name={name} picture={picture ?? null} size="small" />
      <span className="truncate">{name}</span>
    </p>
  );
}
