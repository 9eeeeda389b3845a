import { useId } from 'react';
import { useSettingsTexts } from '../../lib/i18n/use-settings-texts.ts';
import { defaultPreferences, setPreferences, usePreferences } from '../../lib/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { SettingRow } from '../../ui/setting-row.tsx';

/** Names of hues, each from this many degrees of OKLCH on. */
const names = [
  [0, 'pink'],
  [15, 'red'],
  [45, 'orange'],
  [80, 'yellow'],
  [115, 'green'],
  [170, 'teal'],
  [215, 'blue'],
  [285, 'violet'],
  [320, 'pink'],
] as const;

/** The colour of links, buttons and marks. Every hue can be read: only the hue is chosen, lightness stays. */
export function HueSlider() {
  const { appearance } = useSettingsTexts();
  const hue = usePreferences((preferences) => preferences.hue);
  const id = useId();
  const name = names.findLast(([from]) => hue >= from)?.[1] ?? 'pink';
  return (
    <SettingRow label={<label htmlFor={id}>{appearance.accent}</label>}>
      <span className="flex items-center gap-3">
        <input
          id={id}
          type="range"
          min={0}
          max={359}
          step={1}
          value={hue}
          aria-valuetext={appearance.hues[name]}
          onChange={(event) => setPreferences({ hue: event.currentTarget.valueAsNumber })}
          className="h-7 w-40 accent-accent touch:h-11"
        />
        <span aria-hidden className="size-6 rounded-full bg-accent" />
        {hue === defaultPreferences.hue ? null : (
          <Button variant="ghost" onClick={() => setPreferences({ hue: defaultPreferences.hue })}>
            {appearance.usualAccent}
          </Button>
        )}
      </span>
    </SettingRow>
  );
}
