import { Fragment } from 'react';

/** A name and what it stands for; one whose value is `undefined` is left out. */
export type Fact = readonly [name: string, value: string | undefined];

/** Facts one under the other, names at the start and values at the end of their column. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  const known = facts.filter(([, value]) => value !== undefined);
  return (
    <dl className="m-0 grid grid-cols-[minmax(7.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {known.map(([name, value]) => (
        <Fragment key={name}>
          <dt className="text-text-muted">{name}</dt>
          <dd className="m-0 wrap-anywhere tabular-nums">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
