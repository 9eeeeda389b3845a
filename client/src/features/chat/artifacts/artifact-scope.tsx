import { lazy, type ReactNode } from 'react';
import { ArtifactContext, type ArtifactSlots } from '../../../ui/markdown/code/artifact-slot.ts';

const slots: ArtifactSlots = {
  Block: lazy(async () => ({ default: (await import('./artifact-block.tsx')).ArtifactBlock })),
};

/** Lets what models write to be shown by itself open beside the chat. */
export function ArtifactScope({ children }: { readonly children: ReactNode }) {
  return <ArtifactContext value={slots}>{children}</ArtifactContext>;
}
