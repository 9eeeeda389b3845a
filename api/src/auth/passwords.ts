import argon2 from 'argon2';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The argon2id hash of a password, in PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  return await argon2.hash(password, cost);
}

/** Whether the password belongs to the hash. With no hash it does the same work and answers no. */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  if (hash !== undefined) return await argon2.verify(hash, password);
  await argon2.hash(password, cost);
  return false;
}
