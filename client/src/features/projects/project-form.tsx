import { projectColors, projectSettingsSchema } from '@parley/contracts';
import type { ProjectSettings } from '@parley/contracts';
import { useState } from 'react';
import * as z from 'zod/mini';
import { issuesOf } from '../../lib/field-errors.ts';
import { useOrderTexts } from '../../lib/i18n/use-order-texts.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceChips } from '../../ui/choice-chips.tsx';
import { TextAreaField } from '../../ui/text-area-field.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface ProjectFormProps {
  readonly settings: ProjectSettings;
  readonly action: string;
  readonly onSave: (settings: ProjectSettings) => Promise<void>;
}

/** What a project is called and what the model is told in it. */
export function ProjectForm({ settings, action, onSave }: ProjectFormProps) {
  const { projects } = useOrderTexts();
  const [draft, setDraft] = useState(settings);
  const [isTried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const parsed = z.safeParse(projectSettingsSchema, draft);
  const errors = isTried && !parsed.success ? issuesOf(parsed.error.issues) : {};
  const set = (change: Partial<ProjectSettings>) => setDraft({ ...draft, ...change });
  const save = async () => {
    setTried(true);
    if (!parsed.success) return;
    setBusy(true);
    await onSave(parsed.data);
    setBusy(false);
  };
  const color = draft.color ?? 'none';
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <TextField
        label={projects.name}
        value={draft.name}
        maxLength={100}
        error={errors['name']}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextAreaField
        label={projects.instructions}
        hint={projects.instructionsHint}
        rows={5}
        maxLength={16_000}
        value={draft.instructions}
        error={errors['instructions']}
        onChange={(event) => set({ instructions: event.currentTarget.value })}
      />
      <TextAreaField
        label={projects.description}
        hint={projects.descriptionHint}
        rows={2}
        maxLength={1_000}
        value={draft.description}
        error={errors['description']}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <div>
        <p aria-hidden className="mb-1.5 text-sm font-medium">
          {projects.color}
        </p>
        <ChoiceChips
          wraps
          legend={projects.color}
          value={color}
          options={(['none', ...projectColors] as const).map((value) => ({ value, label: projects.colors[value] }))}
          onChoose={(value) => set({ color: value === 'none' ? null : value })}
        />
      </div>
      <div>
        <Button type="submit" variant="primary" busy={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
