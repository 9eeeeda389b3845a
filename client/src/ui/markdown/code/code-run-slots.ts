import { type ComponentType, createContext } from 'react';

/** A piece of code with the word its author wrote after the fence. */
export interface RunnableCode {
  readonly language: string;
  readonly text: string;
}

/** How a page lets code be run where it stands. This room only knows where to put it. */
export interface CodeRunSlots {
  /** A button for the code’s header, or nothing where such code cannot be run. */
  readonly Button: ComponentType<{
    readonly code: RunnableCode;
    /** It runs now. */
    readonly active: boolean;
    readonly onRun: () => void;
  }>;
  /** One run, from when it is mounted on, and what came of it. */
  readonly Result: ComponentType<{
    readonly code: RunnableCode;
    readonly onEnded: () => void;
    readonly onClose: () => void;
  }>;
}

/** Absent where code is only shown. */
export const CodeRunContext = createContext<CodeRunSlots | undefined>(undefined);
