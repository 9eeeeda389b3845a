import type { ToolEffect } from '@parley/contracts';
import { Ban, Hand, Zap } from 'lucide-react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Badge } from '../../../ui/badge.tsx';

const looks = {
  allow: { tone: 'neutral', icon: Zap },
  ask: { tone: 'accent', icon: Hand },
  deny: { tone: 'danger', icon: Ban },
} as const;

/** What happens when the model calls a tool: it runs, somebody is asked first, or it is refused. */
export function EffectBadge({ effect }: { readonly effect: ToolEffect }) {
  const { picking } = useAgentTexts();
  const { tone, icon: Icon } = looks[effect];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className="size-3" />}>
      {picking.effects[effect]}
    </Badge>
  );
}
