import { Braces } from 'lucide-react';
import { useRef } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { TextAreaField } from '../../../ui/text-area-field.tsx';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

/** What the model is told before every conversation, with variables that are filled in then. */
export function InstructionsSection({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = (variable: string) => {
    const element = field.current;
    const start = element?.selectionStart ?? form.instructions.length;
    const end = element?.selectionEnd ?? start;
    change({ instructions: form.instructions.slice(0, start) + variable + form.instructions.slice(end) });
    // The caret can only go behind the variable once it is there.
    setTimeout(() => element?.setSelectionRange(start + variable.length, start + variable.length), 0);
  };
  return (
    <Section title={builder.instructionsSection}>
      <TextAreaField
        ref={field}
        label={builder.instructions}
        hint={builder.instructionsHint}
        placeholder={builder.instructionsPlaceholder}
        rows={8}
        value={form.instructions}
        error={errors['instructions']}
        onChange={(event) => change({ instructions: event.currentTarget.value })}
        aside={
          <Menu
            entries={Object.entries(builder.variables).map(([variable, label]) => ({
              kind: 'action',
              label,
              hint: variable,
              onSelect: () => insert(variable),
            }))}
            onCloseFocus={() => {
              field.current?.focus();
              return false;
            }}
            renderTrigger={(props) => (
              <Button {...props} variant="ghost" size="small" icon={<Braces aria-hidden className="size-3.5" />}>
                {builder.insertVariable}
              </Button>
            )}
          />
        }
      />
    </Section>
  );
}
