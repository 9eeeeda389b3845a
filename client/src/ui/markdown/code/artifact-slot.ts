import { type ComponentType, createContext, type ReactNode } from 'react';
import type { ArtifactNode, CodeNode } from '../document/nodes.ts';

/** How a page shows what was written to be shown by itself. This room only knows where. */
export interface ArtifactSlots {
  /** `plain` is how it looks otherwise. */
  readonly Block: ComponentType<{ readonly node: ArtifactNode | CodeNode; readonly plain: ReactNode }>;
}

/** Absent where code is only shown. */
export const ArtifactContext = createContext<ArtifactSlots | undefined>(undefined);
