import { Check } from 'lucide-react';
import * as DropdownMenu from 'radix-ui/dropdown-menu';
import type { RefObject } from 'react';
import { classNames } from './class-names.ts';
import type { MenuAction, MenuChoice, MenuEntry } from './menu-entry.ts';
import { popupPlacement } from './popup-placement.ts';

export interface MenuBodyProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly entries: readonly MenuEntry[];
  readonly align: 'start' | 'center' | 'end';
  readonly side: 'top' | 'bottom';
  readonly onCloseFocus?: (() => boolean) | undefined;
}

const line =
  'flex min-h-8 touch:min-h-11 items-center gap-2.5 rounded-control px-2.5 py-1.5 text-sm outline-none select-none ' +
  'data-highlighted:bg-hover data-disabled:text-text-muted';

/** The open part of `Menu`; loaded on intent, never imported directly. */
export function MenuBody({ open, onOpenChange, button, entries, align, side, onCloseFocus }: MenuBodyProps) {
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      {/* The visible button exists before this code does, so Radix gets an inert twin of the same place and size. */}
      <DropdownMenu.Trigger asChild>
        <span aria-hidden tabIndex={-1} className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={button.current?.closest<HTMLElement>('dialog, nav, aside, main') ?? undefined}>
        <DropdownMenu.Content
          aria-labelledby={button.current?.id}
          align={align}
          side={side}
          {...popupPlacement(button, onCloseFocus)}
          className={
            'z-50 max-h-(--radix-dropdown-menu-content-available-height) max-w-[min(20rem,calc(100vw-1rem))] min-w-44 ' +
            'animate-fade overflow-y-auto rounded-card bg-raised p-1 text-text shadow-floating'
          }
        >
          {entries.map((entry, index) => (
            <EntryView key={'label' in entry ? entry.label : index} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function EntryView({ entry }: { readonly entry: MenuEntry }) {
  if (entry.kind === 'action') return <ActionView action={entry} />;
  if (entry.kind === 'choice') return <ChoiceView choice={entry} />;
  if (entry.kind === 'heading') return <Heading label={entry.label} />;
  return <DropdownMenu.Separator className="mx-2 my-1 h-px bg-border" />;
}

function Heading({ label }: { readonly label: string }) {
  return (
    <DropdownMenu.Label className="truncate px-2.5 pt-1.5 pb-1 text-xs text-text-muted">{label}</DropdownMenu.Label>
  );
}

function ActionView({ action }: { readonly action: MenuAction }) {
  return (
    <DropdownMenu.Item
      disabled={action.disabled ?? false}
      onSelect={action.onSelect}
      className={classNames(line, action.tone === 'danger' && 'text-danger')}
    >
      {action.icon === undefined ? null : (
        <span aria-hidden className="inline-flex size-4 shrink-0 items-center justify-center">
          {action.icon}
        </span>
      )}
      <span className="min-w-0 flex-1">{action.label}</span>
      {action.hint === undefined ? null : <span className="text-xs text-text-muted">{action.hint}</span>}
    </DropdownMenu.Item>
  );
}

function ChoiceView({ choice }: { readonly choice: MenuChoice }) {
  return (
    <DropdownMenu.Group>
      <Heading label={choice.label} />
      <DropdownMenu.RadioGroup value={choice.value} onValueChange={choice.onChoose}>
        {choice.options.map((option) => (
          <DropdownMenu.RadioItem key={option.value} value={option.value} className={line}>
            <span className="min-w-0 flex-1">
              {option.label}
              {option.description === undefined ? null : (
                <span className="block text-xs text-text-muted">{option.description}</span>
              )}
            </span>
            <DropdownMenu.ItemIndicator>
              <Check aria-hidden className="size-4 text-accent" />
            </DropdownMenu.ItemIndicator>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </DropdownMenu.Group>
  );
}
