import type { GenerationId, InputAnswer, InputRequest } from '@parley/contracts';
import { type RefObject, useRef } from 'react';
import type { GivenInput } from '../../live/input-store.ts';
import { useGivenInput, useLive } from '../../live/use-live.ts';

/** A call that waits, with what it asks. */
export interface Asked<R extends InputRequest = InputRequest> {
  readonly generationId: GenerationId;
  readonly callId: string;
  readonly request: R;
  /** The arguments as the model wrote them. */
  readonly input: string;
}

export interface Answering {
  /** The card that asks. */
  readonly card: RefObject<HTMLElement | null>;
  /** The answer that is on its way. */
  readonly given: GivenInput | undefined;
  readonly give: (answer: InputAnswer) => void;
  /** Before the server has it. */
  readonly takeBack: () => void;
}

/** The answer to what a call waits for: given once, shown at once, and the same on all devices. */
export function useAnswer({ generationId, callId, request }: Asked): Answering {
  const { inputs } = useLive();
  const card = useRef<HTMLElement>(null);
  const given = useGivenInput({ generationId, callId, request });
  return {
    card,
    given,
    give(answer) {
      inputs.give({ generationId, callId, request }, answer);
      // The buttons go away; whoever used them stays where they are.
      card.current?.focus({ preventScroll: true });
    },
    takeBack: () => inputs.forget(generationId, callId),
  };
}
