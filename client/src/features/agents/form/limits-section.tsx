import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { TextField } from '../../../ui/text-field.tsx';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

/** What ends an answer of the agent: steps, time and cost. */
export function LimitsSection({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const field = (name: 'steps' | 'seconds' | 'dollars') => ({
    label: builder[name],
    inputMode: name === 'dollars' ? ('decimal' as const) : ('numeric' as const),
    autoComplete: 'off',
    value: form[name],
    error: errors[name],
    onChange: (event: { readonly currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
  });
  return (
    <Section title={builder.limitsSection} hint={builder.limitsHint}>
      <div className="grid gap-4 @md:grid-cols-3">
        <TextField {...field('steps')} hint={builder.stepsHint} required />
        <TextField {...field('seconds')} placeholder={builder.noLimit} />
        <TextField {...field('dollars')} placeholder={builder.noLimit} />
      </div>
    </Section>
  );
}
