/** A question and whether a person said that it wants the better model. */
export interface LabelledQuestion {
  readonly text: string;
  readonly isHard: boolean;
}

const easy = (...texts: readonly string[]): LabelledQuestion[] => texts.map((text) => ({ text, isHard: false }));
const hard = (...texts: readonly string[]): LabelledQuestion[] => texts.map((text) => ({ text, isHard: true }));

/** The points of the score were set with these in view. */
export const seenQuestions: readonly LabelledQuestion[] = [
  ...easy(
    'hi there',
    'Thanks, that helped!',
    'What is the capital of Norway?',
    'Translate "good morning" to Japanese.',
    'Write a birthday wish for my colleague Anna.',
    'Give me a synonym for happy.',
    'Fix the spelling: "recieve the packege tomorow"',
    'How many days does February have in 2028?',
    'Wie heißt die Hauptstadt von Peru?',
    'Suggest a name for a small grey cat.',
    'Convert 12 miles to kilometres.',
    'Write a short, polite reply that I cannot come on Friday.',
    'Summarise in one sentence: The meeting moved from Monday to Wednesday because the room was taken.',
    'What does HTTP 404 mean?',
    'Who wrote Faust?',
    'List five fruits that are red.',
  ),
  ...hard(
    'Prove that the square root of 2 is irrational and then show which step fails for the square root of 4.',
    'Design a rate limiter for an API behind 40 servers. Compare token bucket and sliding window, and discuss trade-offs under clock skew.',
    'Why does this deadlock?\n```go\nmu.Lock()\nch <- 1\nmu.Unlock()\n```\nWalk me through what each goroutine holds.',
    'Analyse the root cause: our p99 doubled after we moved sessions to Redis, CPU is flat, and the connection pool is at its limit.',
    'Refactor this class so that it has no shared state, keep it backwards compatible, and explain the migration plan:\n```ts\nclass Cache { static all = new Map() }\n```',
    'A bag has 5 red and 7 blue balls; two are drawn without replacement. Derive the probability that they differ, then generalise it to n colours.',
    'Compare three strategies for zero-downtime database migration: 1. dual writes 2. change data capture 3. expand and contract. Which one for 2 TB of data, and why?',
    'Entwirf ein System, das Nachrichten genau einmal zustellt, und wäge die Vor- und Nachteile ab.',
    'Evaluate this proposal step by step and critique its assumptions about user growth, then plan a roadmap for two quarters.',
    'Implement a lock-free queue in Rust, and explain why the memory orderings are right.',
    'Find the bottleneck and optimise this query; explain its complexity:\n```sql\nSELECT * FROM a JOIN b ON a.x = b.y WHERE b.z LIKE "%q%"\n```',
    'Given that every node may crash, under which constraints does this consensus protocol stay live? Prove safety by induction.',
  ),
];

/** Never looked at while the points were set: what the score is worth on new questions. */
export const heldOutQuestions: readonly LabelledQuestion[] = [
  ...easy(
    'hello!',
    'What is the opposite of loud?',
    'Please translate to French: I would like a coffee.',
    'Give me three ideas for dinner with potatoes.',
    'When was the first moon landing?',
    'Rewrite this friendlier: Send me the file now.',
    'What is 18 percent of 250?',
    'Wann ist Ostern 2027?',
    'Make a title for a blog post about autumn walks.',
    'ok',
    'Which language is spoken in Brazil?',
    'Write a two line poem about rain.',
    'What does the acronym NASA stand for?',
    'Put these words in order: zebra, apple, mango, kiwi',
    'Is a tomato a fruit?',
    'Write an out of office message for next week.',
    'Name one river in Germany.',
    'Spell accommodation.',
    'Explain in one sentence what a browser is.',
    'Thank you so much, bye',
  ),
  ...hard(
    'My service leaks memory only when clients disconnect in the middle of a stream. Diagnose possible causes in Node and tell me how to verify each one.',
    'Derive the closed form of the recurrence T(n) = 3T(n/2) + n and explain each step.',
    'We must choose between event sourcing and plain CRUD for a billing system. Compare them with regard to audits, schema changes, and team size; then recommend one.',
    'Given a weighted graph with negative edges, which shortest path algorithm fits, why, and what is its complexity? Then adapt it to detect arbitrage.',
    'Here is a stack trace:\nTypeError: Cannot read properties of undefined\n    at Pool.release (/app/src/pool.ts:88:14)\n    at Socket.onClose (/app/src/pool.ts:41:9)\nWhat is the race condition, and how do I fix it without a global lock?',
    'Schreibe einen Beweis dafür, dass es unendlich viele Primzahlen gibt, und bewerte, ob er konstruktiv ist.',
    'Plan a migration of a monolith with 300 tables to services over 18 months. Name the risks, the order of extraction, and how to roll back.',
    'Assess whether this trial is sound: n=24, no control group, three outcomes, p=0.04 for one of them. What would you change?',
    'Implement an LRU cache with O(1) operations in Java without LinkedHashMap, write tests, and discuss thread safety.',
    'Optimise the order of 12 delivery stops with time windows subject to two drivers. Which model would you use, and what are its constraints?',
    'Explain why floating point summation order matters, prove a bound for the error of Kahan summation, and show code.',
    'Critique this argument: all swans I saw are white, so the next is white. Contrast it with Bayesian updating and compute an example.',
    'Our distributed lock uses Redis with a 5 second lease. Show an interleaving where two workers hold it, and design a fencing token.',
    'Rewrite this function to be tail recursive, and analyse its space complexity:\n```py\ndef f(n): return 1 if n == 0 else n * f(n - 1)\n```',
    'Compare Raft and Paxos with respect to leader changes, then design a test that tells apart a stale read from a lost write.',
    'A contract says delivery within 30 days unless force majeure. The supplier invoked it for a strike it caused. Analyse both sides and weigh their chances.',
  ),
];
