import { ChevronDown } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Menu } from '../../../ui/menu.tsx';
import type { EndpointModels, ModelChoice } from './model-choice.ts';

export interface ModelPickerProps {
  readonly offered: readonly EndpointModels[];
  readonly choice: ModelChoice | undefined;
  readonly onChoose: (choice: ModelChoice) => void;
  /** Where the focus goes after a choice. */
  readonly onClosed: () => void;
}

/** Names the model and opens the list of all, by endpoint, each with its plain description. */
export function ModelPicker({ offered, choice, onChoose, onClosed }: ModelPickerProps) {
  const { model: texts } = useTexts().chat;
  const entries = offered.map((endpoint) => ({
    kind: 'choice' as const,
    label: endpoint.label,
    value: choice?.endpoint === endpoint.name ? choice.model : '',
    options: endpoint.models.map(({ id, description }) => ({
      value: id,
      label: id,
      ...(description === undefined ? {} : { description }),
    })),
    onChoose: (model: string) => onChoose({ endpoint: endpoint.name, model }),
  }));
  return (
    <Menu
      align="start"
      side="top"
      entries={entries}
      onCloseFocus={() => {
        onClosed();
        return false;
      }}
      className="relative inline-flex min-w-0"
      renderTrigger={(props) => (
        <button
          type="button"
          {...props}
          disabled={offered.length === 0}
          aria-label={choice ? texts.current(choice.model) : undefined}
          data-tooltip={texts.choose}
          className="inline-flex min-h-8 min-w-0 items-center gap-1 rounded-control px-2 text-sm text-text-muted transition-colors hover:bg-hover hover:text-text disabled:cursor-default touch:min-h-11"
        >
          <span className="truncate">{choice?.model ?? texts.none}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </button>
      )}
    />
  );
}
