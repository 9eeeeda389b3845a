import type { AgentId } from '@parley/contracts';
import type { RefObject } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { AboutSection } from './about-section.tsx';
import { FilesSection } from './files-section.tsx';
import type { FormPartProps } from './form-part.ts';
import { InstructionsSection } from './instructions-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { ModelSection } from './model-section.tsx';
import { OthersSection } from './others-section.tsx';
import { StartersSection } from './starters-section.tsx';
import { ToolsSection } from './tools-section.tsx';

export interface AgentFormViewProps extends FormPartProps {
  readonly formRef: RefObject<HTMLFormElement | null>;
  readonly self: AgentId | undefined;
  readonly onSubmit: () => void;
}

/** All settings of an agent, section by section. */
export function AgentFormView({ formRef, self, onSubmit, ...part }: AgentFormViewProps) {
  const { builder } = useAgentTexts();
  return (
    <form
      ref={formRef}
      noValidate
      aria-label={builder.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      className="flex flex-col gap-4"
    >
      <AboutSection {...part} />
      <InstructionsSection {...part} />
      <ModelSection {...part} />
      <ToolsSection {...part} />
      <OthersSection {...part} self={self} />
      <StartersSection {...part} />
      <LimitsSection {...part} />
      <FilesSection />
    </form>
  );
}
