import { useEffect } from 'react';

/** A model of an endpoint; an agent is a model of the endpoint `agents`. */
interface Answerer {
  readonly endpoint: string;
  readonly model: string;
}

type Choose = (answerer: Answerer) => void;

let chooser: Choose | undefined;

/** Lets others on the page choose who answers in the chat that is open, while it is. */
export function useAnswererChooser(choose: Choose): void {
  useEffect(() => {
    chooser = choose;
    return () => {
      if (chooser === choose) chooser = undefined;
    };
  });
}

/** Chooses who answers in the chat that is open; returns whether one is. */
export function chooseAnswerer(answerer: Answerer): boolean {
  chooser?.(answerer);
  return chooser !== undefined;
}
