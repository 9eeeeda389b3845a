import type { PromptGroup } from '@parley/contracts';
import { Pencil, Share2, Trash2 } from 'lucide-react';
import { useReuseTexts } from '../../lib/i18n/use-reuse-texts.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

export interface PromptCardViewProps {
  readonly prompt: PromptGroup;
  readonly onUse: () => void;
  readonly onEdit: () => void;
  readonly onShare: () => void;
  readonly onRemove: () => void;
}

/** A prompt of the library with what somebody may do with it. */
export function PromptCardView({ prompt, onUse, onEdit, onShare, onRemove }: PromptCardViewProps) {
  const { library } = useReuseTexts();
  const { name, description, command, category, authorName, myRole, uses } = prompt;
  const about = [category, myRole === 'owner' ? '' : library.by(authorName), library.uses(uses)].filter(Boolean);
  const icon = 'size-4';
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-raised p-4">
      <div className="flex items-baseline justify-between gap-2">
        <h2 className="min-w-0 text-base font-medium wrap-anywhere">{name}</h2>
        {command === '' ? null : (
          <code dir="ltr" className="shrink-0 text-xs text-text-muted">
            /{command}
          </code>
        )}
      </div>
      {description === '' ? null : <p className="text-sm wrap-anywhere text-text-muted">{description}</p>}
      <p className="text-xs wrap-anywhere text-text-muted">{about.join(' · ')}</p>
      <div className="mt-auto flex items-center justify-between gap-2 pt-1">
        <Button size="small" aria-label={library.toUse(name)} onClick={onUse}>
          {library.use}
        </Button>
        <span className="flex">
          {myRole === 'viewer' ? null : (
            <IconButton
              size="small"
              label={library.editOf(name)}
              icon={<Pencil aria-hidden className={icon} />}
              onClick={onEdit}
            />
          )}
          {myRole === 'owner' ? (
            <>
              <IconButton
                size="small"
                label={library.shareOf(name)}
                icon={<Share2 aria-hidden className={icon} />}
                onClick={onShare}
              />
              <IconButton
                size="small"
                label={library.removeOf(name)}
                icon={<Trash2 aria-hidden className={icon} />}
                onClick={onRemove}
              />
            </>
          ) : null}
        </span>
      </div>
    </li>
  );
}
