import type { ActionOperation } from '@parley/contracts';
import { classNames } from '../../ui/class-names.ts';

const colours: Readonly<Record<ActionOperation['method'], string>> = {
  get: 'text-success',
  post: 'text-accent',
  put: 'text-warning',
  patch: 'text-warning',
  delete: 'text-danger',
};

/** The HTTP method of an operation; its colour tells how much it may change. */
export function MethodBadge({ method }: Pick<ActionOperation, 'method'>) {
  return (
    <span
      className={classNames(
        'inline-block min-w-15 rounded-control border border-border px-1.5 font-mono text-center text-xs font-semibold uppercase',
        colours[method],
      )}
    >
      {method}
    </span>
  );
}
