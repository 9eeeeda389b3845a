import type { Agent, ModelSpec } from '@parley/contracts';
import { agentsEndpoint } from '@parley/contracts';
import { ChevronDown } from 'lucide-react';
import { lazy } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import type { ChosenAnswerer, EndpointModels, ModelChoice } from './model-choice.ts';

const AnswererList = lazy(async () => ({ default: (await import('./answerer-list.tsx')).AnswererList }));

export interface ModelPickerProps {
  readonly offered: readonly EndpointModels[];
  readonly choice: ModelChoice | undefined;
  /** The chosen agent, once it is known. */
  readonly agent: Agent | undefined;
  /** The chosen model spec. */
  readonly spec: ModelSpec | undefined;
  readonly onChoose: (choice: ChosenAnswerer) => void;
  /** Opens the choice of several that answer at once. */
  readonly onCompare: () => void;
  /** Where the focus goes after a choice. */
  readonly onClosed: () => void;
}

/** Names the model or the agent that answers, and opens the list of all. */
export function ModelPicker({ offered, choice, agent, spec, onChoose, onCompare, onClosed }: ModelPickerProps) {
  const { chat, tools } = useTexts();
  const { model: texts } = chat;
  const isAgent = choice?.endpoint === agentsEndpoint;
  const name = spec?.label ?? (isAgent ? (agent?.name ?? tools.agent.unknown) : choice?.model);
  return (
    <Popover
      label={tools.picker.title}
      side="top"
      className="relative inline-flex min-w-0"
      onCloseFocus={() => {
        onClosed();
        return false;
      }}
      renderTrigger={(props) => (
        <button
          type="button"
          {...props}
          disabled={offered.length === 0 && !choice}
          data-tooltip={texts.choose}
          className="inline-flex min-h-8 min-w-0 items-center gap-1.5 rounded-control px-2 text-sm text-text-muted transition-colors hover:bg-hover hover:text-text disabled:cursor-default touch:min-h-11"
        >
          {name === undefined ? null : (
            <VisuallyHidden>{isAgent ? tools.picker.agent(name) : texts.current(name)}</VisuallyHidden>
          )}
          {isAgent && name !== undefined ? <Avatar name={name} picture={agent?.avatar ?? null} size="small" /> : null}
          <span aria-hidden={name !== undefined} className="truncate">
            {name ?? texts.none}
          </span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </button>
      )}
    >
      {(close) => (
        <AnswererList
          offered={offered}
          choice={choice}
          hasPresets
          onChoose={(next) => {
            onChoose(next);
            close();
          }}
          onCompare={() => {
            close();
            onCompare();
          }}
        />
      )}
    </Popover>
  );
}
