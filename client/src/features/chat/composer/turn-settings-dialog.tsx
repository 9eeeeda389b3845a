import { agentsEndpoint } from '@parley/contracts';
import { useState } from 'react';
import { useReuseTexts } from '../../../lib/i18n/use-reuse-texts.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { PresetList } from './presets/preset-list.tsx';
import { SavePreset } from './presets/save-preset.tsx';
import type { TurnSettingsButtonProps } from './turn-settings-button.tsx';
import { readSettings, settingsFormOf, TurnSettingsForm } from './turn-settings-form.tsx';

export interface TurnSettingsDialogProps extends TurnSettingsButtonProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What a chat tells its model, and the presets to keep that in. Loaded with its button's first press. */
export function TurnSettingsDialog({ open, onClose, ...rest }: TurnSettingsDialogProps) {
  const { settings: texts } = useReuseTexts();
  return (
    <Dialog open={open} onClose={onClose} title={texts.title}>
      <Contents {...rest} onClose={onClose} />
    </Dialog>
  );
}

function Contents({ settings, choice, tools, without, onChange, onClose }: Omit<TurnSettingsDialogProps, 'open'>) {
  const { settings: texts } = useReuseTexts();
  const [form, setForm] = useState(() => settingsFormOf(settings));
  const isAgent = choice?.endpoint === agentsEndpoint;
  const hasForm = !isAgent && !without.includes('parameters');
  const read = readSettings(form);
  return (
    <div className="flex flex-col gap-6">
      {isAgent ? <p className="text-text-muted">{texts.agentIntro}</p> : null}
      {hasForm ? (
        <TurnSettingsForm
          form={form}
          onChange={setForm}
          onApply={(next) => {
            onChange(next);
            onClose();
          }}
        />
      ) : null}
      {without.includes('presets') || choice === undefined || choice.spec !== undefined ? null : (
        <SavePreset
          preset={{
            endpoint: choice.endpoint,
            model: choice.model,
            tools: [...tools],
            ...(isAgent || read.settings === undefined ? {} : { settings: read.settings }),
          }}
          disabled={read.settings === undefined}
        />
      )}
      {without.includes('presets') ? null : <PresetList />}
    </div>
  );
}
