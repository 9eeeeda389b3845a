import type { Agent, AgentId } from '@parley/contracts';
import { UserRoundPlus, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { AgentPicker } from '../others/agent-picker.tsx';
import { useAgentsById } from '../others/use-agents-by-id.ts';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

export interface OthersSectionProps extends FormPartProps {
  readonly self: AgentId | undefined;
}

/** The agents it may ask, and those it may hand a conversation over to. */
export function OthersSection({ form, errors, change, self }: OthersSectionProps) {
  const { builder } = useAgentTexts();
  return (
    <Section title={builder.othersSection}>
      <AgentChoiceList
        title={builder.subAgents}
        hint={builder.subAgentsHint}
        chosen={form.subAgents}
        error={errors['subAgents']}
        self={self}
        onChange={(subAgents) => change({ subAgents })}
      />
      <AgentChoiceList
        title={builder.handOffs}
        hint={builder.handOffsHint}
        chosen={form.handOffs}
        error={errors['handOffs']}
        self={self}
        onChange={(handOffs) => change({ handOffs })}
      />
    </Section>
  );
}

interface AgentChoiceListProps {
  readonly title: string;
  readonly hint: string;
  readonly chosen: readonly AgentId[];
  readonly error: string | undefined;
  readonly self: AgentId | undefined;
  readonly onChange: (chosen: readonly AgentId[]) => void;
}

function AgentChoiceList({ title, hint, chosen, error, self, onChange }: AgentChoiceListProps) {
  const { builder } = useAgentTexts();
  const agents = useAgentsById(chosen);
  const [isPicking, setPicking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <fieldset aria-describedby={id} className="flex min-w-0 flex-col gap-2">
      <legend className="contents text-sm font-medium">{title}</legend>
      <p id={id} className="-mt-2 text-xs text-text-muted">
        {hint}
      </p>
      {chosen.length === 0 ? null : (
        <ul className="flex flex-wrap gap-2">
          {chosen.map((agentId) => (
            <ChosenAgent
              key={agentId}
              agent={agents.get(agentId)}
              onRemove={() => {
                onChange(chosen.filter((other) => other !== agentId));
                opener.current?.focus();
              }}
            />
          ))}
        </ul>
      )}
      {error === undefined ? null : (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
      <Button
        ref={opener}
        className="self-start"
        icon={<UserRoundPlus aria-hidden className="size-4" />}
        onClick={() => setPicking(true)}
      >
        {builder.addAgents}
      </Button>
      <AgentPicker
        open={isPicking}
        onClose={() => setPicking(false)}
        title={title}
        chosen={chosen}
        self={self}
        onChange={onChange}
      />
    </fieldset>
  );
}

/** `agent` is `null` when it cannot be seen, `undefined` before that is known. */
function ChosenAgent({ agent, onRemove }: { readonly agent: Agent | null | undefined; readonly onRemove: () => void }) {
  const { builder } = useAgentTexts();
  const name = agent === undefined ? '…' : (agent?.name ?? builder.agentUnknown);
  return (
    <li className="flex min-w-0 items-center gap-2 rounded-card border border-border ps-2 pe-0.5">
      <Avatar name={name} picture={agent?.avatar ?? null} size="small" />
      <span className="min-w-0 truncate">{name}</span>
      <IconButton label={builder.removeTool(name)} icon={<X aria-hidden className="size-4" />} onClick={onRemove} />
    </li>
  );
}
