import { useId } from 'react';
import { useSettingsTexts } from '../../lib/i18n/use-settings-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { setPreferences, usePreferences } from '../../lib/preferences.ts';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { HueSlider } from './hue-slider.tsx';

const themes = ['system', 'light', 'dark'] as const;
const contrasts = ['normal', 'more'] as const;
const densities = ['comfortable', 'compact'] as const;

/** Theme, contrast, accent, text size and spacing. */
export function AppearanceSection() {
  const { settings } = useTexts();
  const { appearance } = useSettingsTexts();
  const { theme, contrast, textSize, density } = usePreferences();
  const id = useId();
  return (
    <SettingsSection title={settings.appearance}>
      <SettingRow label={settings.theme}>
        <SegmentedChoice
          legend={settings.theme}
          value={theme}
          options={themes.map((value) => ({ value, label: settings.themes[value] }))}
          onChoose={(value) => setPreferences({ theme: value })}
        />
      </SettingRow>
      <SettingRow label={appearance.contrast} hint={appearance.contrastHint}>
        <SegmentedChoice
          legend={appearance.contrast}
          value={contrast}
          options={contrasts.map((value) => ({ value, label: appearance.contrasts[value] }))}
          onChoose={(value) => setPreferences({ contrast: value })}
        />
      </SettingRow>
      <HueSlider />
      <SettingRow label={<label htmlFor={id}>{settings.textSize}</label>}>
        <span className="flex items-center gap-3">
          <input
            id={id}
            type="range"
            min={14}
            max={20}
            step={1}
            value={textSize}
            aria-valuetext={settings.textSizeValue(textSize)}
            onChange={(event) => setPreferences({ textSize: event.currentTarget.valueAsNumber })}
            className="h-7 w-40 accent-accent touch:h-11"
          />
          <span className="min-w-11 text-end whitespace-nowrap tabular-nums">{settings.textSizeValue(textSize)}</span>
        </span>
        <p className="basis-full" style={{ fontSize: 'var(--answer-size)', lineHeight: 'var(--answer-line-height)' }}>
          {settings.textSample}
        </p>
      </SettingRow>
      <SettingRow label={settings.density}>
        <SegmentedChoice
          legend={settings.density}
          value={density}
          options={densities.map((value) => ({ value, label: settings.densities[value] }))}
          onChoose={(value) => setPreferences({ density: value })}
        />
      </SettingRow>
    </SettingsSection>
  );
}
