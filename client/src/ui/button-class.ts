import { classNames } from './class-names.ts';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'small' | 'medium' | 'large';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-outline bg-transparent text-text hover:bg-hover',
  ghost: 'text-text hover:bg-hover',
  danger: 'border border-danger bg-transparent text-danger hover:bg-hover',
} as const;

const sizes = {
  small: 'min-h-7 px-2.5 text-xs',
  medium: 'min-h-9 px-3.5 text-sm',
  large: 'min-h-11 px-4 text-sm',
} as const;

/** How a push button looks; also for links that lead to the next step. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'medium'): string {
  return classNames(
    'inline-flex items-center justify-center gap-2 rounded-control font-medium select-none',
    'transition-colors disabled:cursor-not-allowed disabled:opacity-60 touch:min-h-11',
    variants[variant],
    sizes[size],
  );
}
