export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** On or off, at once. */
export function Switch({ label, checked, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      onClick={() => onChange(!checked)}
      className="inline-flex h-7 items-center rounded-full px-0.5 touch:h-11"
    >
      <span
        className={`inline-flex h-6 w-10.5 items-center rounded-full border p-0.5 transition-colors ${
          checked ? 'border-accent bg-accent' : 'border-outline bg-transparent'
        }`}
      >
        <span
          className={`size-4.5 rounded-full transition-transform forced-color-adjust-none forced-colors:bg-[ButtonText] ${
            checked ? 'translate-x-4.5 bg-on-accent rtl:-translate-x-4.5' : 'bg-outline'
          }`}
        />
      </span>
    </button>
  );
}
