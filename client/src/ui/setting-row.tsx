import type { ReactNode } from 'react';

export interface SettingRowProps {
  readonly label: ReactNode;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** One setting: what it is at the start, its control at the end, below each other where there is no room. */
export function SettingRow({ label, hint, children }: SettingRowProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-40">
        <div className="font-medium">{label}</div>
        {hint === undefined ? null : <div className="text-xs text-text-muted">{hint}</div>}
      </div>
      {children}
    </div>
  );
}
