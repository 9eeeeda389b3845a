import { Plug, Wrench, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { describeChosen } from '../tools/chosen-tools.ts';
import type { ChosenTool } from '../tools/chosen-tools.ts';
import { EffectBadge } from '../tools/effect-badge.tsx';
import { toggleTool } from '../../../lib/tool-groups.ts';
import { ToolPicker } from '../tools/tool-picker.tsx';
import { useToolGroups } from '../tools/use-tool-groups.ts';
import { Section } from './section.tsx';
import type { FormPartProps } from './form-part.ts';

/** What the agent may use: servers and single tools, and the way to choose more. */
export function ToolsSection({ form, errors, change }: FormPartProps) {
  const { builder } = useAgentTexts();
  const { groups } = useToolGroups();
  const [isPicking, setPicking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const chosen = describeChosen(form.tools, groups ?? []);
  return (
    <Section title={builder.toolsSection}>
      {chosen.length === 0 ? <p className="text-text-muted">{builder.toolsEmpty}</p> : null}
      {chosen.length === 0 ? null : (
        <ul className="divide-y divide-border">
          {chosen.map((tool) => (
            <ChosenRow
              key={tool.ref}
              tool={tool}
              // Nothing is known of any tool before the list has come.
              isPending={groups === undefined}
              onRemove={() => {
                change({ tools: toggleTool(form.tools, tool.ref, false) });
                opener.current?.focus();
              }}
            />
          ))}
        </ul>
      )}
      {errors['tools'] === undefined ? null : (
        <p role="alert" className="text-xs text-danger">
          {errors['tools']}
        </p>
      )}
      <Button
        ref={opener}
        className="self-start"
        icon={<Wrench aria-hidden className="size-4" />}
        onClick={() => setPicking(true)}
      >
        {chosen.length === 0 ? builder.addTools : builder.changeTools}
      </Button>
      <ToolPicker
        open={isPicking}
        onClose={() => setPicking(false)}
        chosen={form.tools}
        onChange={(tools) => change({ tools })}
      />
    </Section>
  );
}

interface ChosenRowProps {
  readonly tool: ChosenTool;
  readonly isPending: boolean;
  readonly onRemove: () => void;
}

function ChosenRow({ tool, isPending, onRemove }: ChosenRowProps) {
  const { builder } = useAgentTexts();
  const isWhole = tool.size !== undefined;
  const Icon = isWhole ? Plug : Wrench;
  return (
    <li className="flex items-start gap-3 py-2">
      <Icon aria-hidden className="mt-1 size-4 shrink-0 text-text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 font-medium">{isWhole ? builder.wholeServer(tool.title) : tool.title}</span>
          {tool.origin === undefined ? null : <span className="text-xs text-text-muted">{tool.origin}</span>}
          {tool.effect === undefined ? null : <EffectBadge effect={tool.effect} />}
          {tool.isUnknown && !isPending ? <Badge tone="warning">{builder.toolUnknown}</Badge> : null}
        </p>
        <p className="line-clamp-2 text-xs text-text-muted">
          {tool.size === undefined
            ? tool.description
            : tool.size > 0
              ? builder.wholeServerCount(tool.size)
              : tool.description}
        </p>
      </div>
      <IconButton
        label={builder.removeTool(tool.title)}
        icon={<X aria-hidden className="size-4" />}
        onClick={onRemove}
      />
    </li>
  );
}
