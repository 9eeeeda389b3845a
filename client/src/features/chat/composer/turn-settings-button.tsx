import type { ToolRef, TurnSettings } from '@parley/contracts';
import { SlidersHorizontal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import type { ModelChoice } from './model-choice.ts';

const TurnSettingsDialog = lazy(async () => ({
  default: (await import('./turn-settings-dialog.tsx')).TurnSettingsDialog,
}));

export interface TurnSettingsButtonProps {
  readonly settings: TurnSettings | undefined;
  readonly choice: ModelChoice | undefined;
  readonly tools: readonly ToolRef[];
  /** Settings are the operator's choice. */
  readonly isFixed: boolean;
  /** What the operator has switched off. */
  readonly without: readonly string[];
  readonly onChange: (settings: TurnSettings) => void;
}

/** Opens the settings of a chat, and the presets; not there where the operator offers neither. */
export function TurnSettingsButton(props: TurnSettingsButtonProps) {
  const { settings, isFixed, without } = props;
  const { model } = useTexts().chat;
  const [isOpen, setOpen] = useState<boolean>();
  if (isFixed || (without.includes('parameters') && without.includes('presets'))) return null;
  return (
    <>
      <IconButton
        label={settings ? model.settingsSet : model.settings}
        icon={<SlidersHorizontal aria-hidden className="size-4" />}
        className={settings ? 'text-accent!' : ''}
        onClick={() => setOpen(true)}
      />
      {isOpen === undefined ? null : (
        <Suspense fallback={null}>
          <TurnSettingsDialog {...props} open={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
