import { Avatar } from '../../../../ui/avatar.tsx';
import { classNames } from '../../../../ui/class-names.ts';
import type { CommandOption } from './command-options.ts';

const role = 'option';

export interface CommandLineProps {
  readonly id: string;
  readonly option: CommandOption;
  readonly isActive: boolean;
  readonly onReach: () => void;
  readonly onChoose: () => void;
}

/** A line of the list over the composer. */
export function CommandLine({ id, option, isActive, onReach, onChoose }: CommandLineProps) {
  const { label, description, hint, picture } = option;
  return (
    <button
      type="button"
      id={id}
      role={role}
      tabIndex={-1}
      aria-selected={isActive}
      onPointerMove={onReach}
      // The field keeps the focus, and a phone its keyboard.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onChoose}
      className={classNames(
        'flex min-h-9 w-full cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 text-start text-sm select-none touch:min-h-11',
        isActive && 'bg-hover forced-colors:outline',
      )}
    >
      {picture === undefined ? null : <Avatar name={label} picture={picture} size="small" />}
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate">
          {label}
        </span>
        {description === undefined ? null : (
          <span dir="auto" className="line-clamp-1 text-xs wrap-anywhere text-text-muted">
            {description}
          </span>
        )}
      </span>
      {hint === undefined ? null : <bdi className="max-w-[40%] shrink-0 truncate text-xs text-text-muted">{hint}</bdi>}
    </button>
  );
}
