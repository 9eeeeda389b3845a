import { agentCategories } from '@parley/contracts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextAreaField } from '../../../ui/text-area-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { AvatarField } from './avatar-field.tsx';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

/** Who the agent is: picture, name, description and its place in the marketplace. */
export function AboutSection({ form, errors, change }: FormPartProps) {
  const { builder, categories } = useAgentTexts();
  const known: readonly string[] = agentCategories;
  return (
    <Section title={builder.about}>
      <AvatarField
        name={form.name}
        picture={form.avatar}
        error={errors['avatar']}
        onChange={(avatar) => change({ avatar })}
      />
      <TextField
        label={builder.name}
        placeholder={builder.namePlaceholder}
        autoComplete="off"
        required
        value={form.name}
        error={errors['name']}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextAreaField
        label={builder.description}
        hint={builder.descriptionHint}
        rows={2}
        value={form.description}
        error={errors['description']}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <SelectField
        label={builder.category}
        value={form.category}
        error={errors['category']}
        className="max-w-64"
        onChange={(event) => change({ category: event.currentTarget.value })}
      >
        <option value="">{builder.noCategory}</option>
        {agentCategories.map((category) => (
          <option key={category} value={category}>
            {categories[category]}
          </option>
        ))}
        {form.category === '' || known.includes(form.category) ? null : (
          <option value={form.category}>{form.category}</option>
        )}
      </SelectField>
    </Section>
  );
}
