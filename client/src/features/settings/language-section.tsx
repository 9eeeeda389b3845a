import { ChevronDown } from 'lucide-react';
import { chooseLanguage } from '../../lib/i18n/language-switch.ts';
import { languageNames, languages } from '../../lib/i18n/languages.ts';
import { readSettingsTexts, useSettingsTexts } from '../../lib/i18n/use-settings-texts.ts';
import { usePreferences } from '../../lib/preferences.ts';
import { SettingRow } from '../../ui/setting-row.tsx';
import { SettingsSection } from '../../ui/settings-section.tsx';
import { showToast } from '../../ui/toast-store.ts';

const choices = ['browser', ...languages] as const;

/** The language of the interface; each one is listed under its own name. */
export function LanguageSection() {
  const { language: texts } = useSettingsTexts();
  const chosen = usePreferences(({ language }) => language);
  return (
    <SettingsSection title={texts.title}>
      <SettingRow label={texts.label}>
        <span className="relative">
          <select
            aria-label={texts.label}
            value={chosen}
            onChange={(event) => choose(event.currentTarget.value)}
            className="min-h-9 cursor-pointer appearance-none rounded-control border border-outline bg-raised ps-3 pe-8 text-sm touch:min-h-11"
          >
            <option value="browser">{texts.browser}</option>
            {languages.map((language) => (
              <option key={language} value={language} lang={language}>
                {languageNames[language]}
              </option>
            ))}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute inset-e-2.5 top-1/2 size-3.5 -translate-y-1/2 text-text-muted"
          />
        </span>
      </SettingRow>
    </SettingsSection>
  );
}

function choose(value: string): void {
  const choice = choices.find((one) => one === value) ?? 'browser';
  void chooseLanguage(choice, document.documentElement).catch(() =>
    showToast({ tone: 'danger', text: readSettingsTexts().language.failed }),
  );
}
