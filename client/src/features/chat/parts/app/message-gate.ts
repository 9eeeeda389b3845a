/** Messages of one second that are heard, and those after which nobody listens to an app any more. */
const mostHeard = 60;
const mostSent = 600;

/** What becomes of a message. */
type Admission = 'heard' | 'dropped' | 'flood';

/** Counts the messages of an app by the second. `now` is in milliseconds. */
export function createMessageGate(now: () => number): () => Admission {
  let since = -Infinity;
  let count = 0;
  return () => {
    const time = now();
    if (time - since >= 1_000) {
      since = time;
      count = 0;
    }
    count += 1;
    if (count <= mostHeard) return 'heard';
    return count > mostSent ? 'flood' : 'dropped';
  };
}
