import { presetRoutes } from '@parley/contracts';
import type { PresetSettings } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../../lib/api/call.ts';
import { explainError } from '../../../../lib/explain-error.ts';
import { useReuseTexts } from '../../../../lib/i18n/use-reuse-texts.ts';
import { useTexts } from '../../../../lib/i18n/use-texts.ts';
import { Banner } from '../../../../ui/banner.tsx';
import { Button } from '../../../../ui/button.tsx';
import { Checkbox } from '../../../../ui/checkbox.tsx';
import { TextField } from '../../../../ui/text-field.tsx';
import { showToast } from '../../../../ui/toast-store.ts';
import { refreshPresets } from './refresh-presets.ts';

export interface SavePresetProps {
  readonly preset: Omit<PresetSettings, 'name' | 'isDefault'>;
  /** What is typed in the settings cannot be kept. */
  readonly disabled: boolean;
}

/** Keeps what a chat is set up with under a name. */
export function SavePreset({ preset, disabled }: SavePresetProps) {
  const texts = useTexts();
  const { presets } = useReuseTexts();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [isDefault, setDefault] = useState(false);
  const save = useMutation({
    mutationFn: (body: PresetSettings) => call(presetRoutes.create, { body }),
    onSuccess(made) {
      refreshPresets(client);
      setName('');
      setDefault(false);
      showToast({ text: presets.saved(made.name), tone: 'success' });
    },
  });
  return (
    <form
      noValidate
      aria-label={presets.saveTitle}
      className="flex flex-col gap-3 border-t border-border pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !disabled) save.mutate({ ...preset, name, isDefault });
      }}
    >
      <h3 className="text-sm font-semibold">{presets.saveTitle}</h3>
      {save.error ? <Banner tone="danger">{explainError(save.error, texts)}</Banner> : null}
      <TextField
        label={presets.name}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Checkbox label={presets.isDefault} checked={isDefault} onChange={setDefault} />
        <Button type="submit" busy={save.isPending} disabled={name.trim() === '' || disabled}>
          {presets.save}
        </Button>
      </div>
    </form>
  );
}
