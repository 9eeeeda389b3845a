import { turnSettingsSchema } from '@parley/contracts';
import type { TurnSettings } from '@parley/contracts';
import { useState } from 'react';
import * as z from 'zod/mini';
import { useReuseTexts } from '../../../lib/i18n/use-reuse-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextAreaField } from '../../../ui/text-area-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';

/** The settings as they are typed. */
export interface SettingsForm {
  readonly instructions: string;
  readonly temperature: string;
  readonly topP: string;
  readonly maxOutputTokens: string;
  readonly reasoningEffort: string;
}

type Field = keyof SettingsForm;

const empty: SettingsForm = { instructions: '', temperature: '', topP: '', maxOutputTokens: '', reasoningEffort: '' };
const efforts = ['', 'none', 'minimal', 'low', 'medium', 'high'] as const;

/** What is typed when somebody begins to change settings. */
export function settingsFormOf({ instructions = '', parameters = {} }: TurnSettings = {}): SettingsForm {
  const { temperature, topP, maxOutputTokens, reasoningEffort = '' } = parameters;
  return {
    instructions,
    temperature: textOf(temperature),
    topP: textOf(topP),
    maxOutputTokens: textOf(maxOutputTokens),
    reasoningEffort,
  };
}

/** The settings that are typed, or the fields that are wrong. */
export function readSettings(form: SettingsForm): { settings?: TurnSettings; wrong: ReadonlySet<Field> } {
  const parameters = Object.fromEntries(
    Object.entries({
      temperature: numberOf(form.temperature),
      topP: numberOf(form.topP),
      maxOutputTokens: numberOf(form.maxOutputTokens),
      reasoningEffort: form.reasoningEffort || undefined,
    }).filter(([, value]) => value !== undefined),
  );
  const instructions = form.instructions.trim();
  const parsed = z.safeParse(turnSettingsSchema, { ...(instructions === '' ? {} : { instructions }), parameters });
  if (parsed.success) return { settings: parsed.data, wrong: new Set() };
  const places = parsed.error.issues.map(({ path }) => String(path.at(-1)));
  return { wrong: new Set(fields.filter((field) => places.includes(field))) };
}

function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** People write a comma, too. */
function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text.replace(',', '.'));
}

const fields = ['instructions', 'temperature', 'topP', 'maxOutputTokens', 'reasoningEffort'] as const;

export interface TurnSettingsFormProps {
  readonly form: SettingsForm;
  readonly onChange: (form: SettingsForm) => void;
  readonly onApply: (settings: TurnSettings) => void;
}

/** Instructions, temperature and the like; what is empty is the model's own way. */
export function TurnSettingsForm({ form, onChange, onApply }: TurnSettingsFormProps) {
  const { settings: texts } = useReuseTexts();
  const [isTried, setTried] = useState(false);
  const { settings, wrong } = readSettings(form);
  const error = (field: Field, text: string) => (isTried && wrong.has(field) ? text : undefined);
  const set = (field: Field) => (event: { currentTarget: { value: string } }) =>
    onChange({ ...form, [field]: event.currentTarget.value });
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (settings) onApply(settings);
      }}
    >
      <p className="text-text-muted">{texts.intro}</p>
      <TextAreaField
        label={texts.instructions}
        hint={texts.instructionsHint}
        value={form.instructions}
        maxLength={32_000}
        dir="auto"
        onChange={set('instructions')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={texts.temperature}
          hint={texts.temperatureHint}
          inputMode="decimal"
          value={form.temperature}
          error={error('temperature', texts.between('0', '2'))}
          onChange={set('temperature')}
        />
        <TextField
          label={texts.topP}
          hint={texts.topPHint}
          inputMode="decimal"
          value={form.topP}
          error={error('topP', texts.between('0', '1'))}
          onChange={set('topP')}
        />
        <TextField
          label={texts.maxTokens}
          inputMode="numeric"
          value={form.maxOutputTokens}
          error={error('maxOutputTokens', texts.wholeNumber)}
          onChange={set('maxOutputTokens')}
        />
        <SelectField
          label={texts.effort}
          hint={texts.effortHint}
          value={form.reasoningEffort}
          onChange={set('reasoningEffort')}
        >
          {efforts.map((effort) => (
            <option key={effort} value={effort}>
              {texts.efforts[effort]}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onChange(empty)}>{texts.clear}</Button>
        <Button type="submit" variant="primary">
          {texts.apply}
        </Button>
      </div>
    </form>
  );
}
