import { FileText } from 'lucide-react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Section } from './section.tsx';

/** The place where an agent's files will be. */
export function FilesSection() {
  const { builder } = useAgentTexts();
  return (
    <Section title={builder.filesSection}>
      <p className="flex items-start gap-3 text-text-muted">
        <FileText aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>{builder.filesText}</span>
      </p>
    </Section>
  );
}
