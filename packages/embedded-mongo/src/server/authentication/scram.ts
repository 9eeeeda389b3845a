import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a server keeps of a password: enough to check it, not enough to log in with it. */
export interface ScramCredentials {
  readonly user: string;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** One login under way, between the client's first and last message. */
export interface ScramConversation {
  /** The server's first message. */
  readonly challenge: string;
  /** Checks the client's last message: the server's proof, or undefined when the login fails. */
  finish(clientFinal: string): string | undefined;
}

const ITERATIONS = 15_000;
const KEY_BYTES = 32;
const SALT_BYTES = 28;
const NONCE_BYTES = 24;

/** Derives what a server keeps of a password. The password must be ASCII, which SASLprep leaves as it is. */
export function scramCredentials(
  user: string,
  password: string,
  { salt, iterations } = { salt: randomBytes(SALT_BYTES), iterations: ITERATIONS },
): ScramCredentials {
  const salted = pbkdf2Sync(password, salt, iterations, KEY_BYTES, 'sha256');
  return {
    user,
    salt,
    iterations,
    storedKey: createHash('sha256').update(hmac(salted, 'Client Key')).digest(),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/**
 * Begins SCRAM-SHA-256 with the client's first message; undefined when that is malformed or wants channel binding.
 * Somebody unknown gets a challenge like everybody else and fails at the end. RFC 5802, RFC 7677.
 */
export function beginScram(
  credentials: ScramCredentials,
  clientFirst: string,
  serverNonce = randomBytes(NONCE_BYTES).toString('base64'),
): ScramConversation | undefined {
  const match = /^(?<header>[ny],(?:a=[^,]*)?,)(?<bare>n=(?<user>[^,]*),r=(?<nonce>[!-+\--~]+)(?:,.*)?)$/.exec(
    clientFirst,
  );
  const { header = '', bare = '', user = '', nonce = '' } = match?.groups ?? {};
  if (match === null) return undefined;
  const combined = `${nonce}${serverNonce}`;
  const challenge = `r=${combined},s=${credentials.salt.toString('base64')},i=${String(credentials.iterations)}`;
  const isKnown = user.replaceAll('=2C', ',').replaceAll('=3D', '=') === credentials.user;
  return {
    challenge,
    finish: (clientFinal) => {
      const parts = /^(?<plain>c=(?<binding>[^,]*),r=(?<echo>[^,]*)(?:,[^p][^,]*)*),p=(?<proof>[^,]+)$/.exec(
        clientFinal,
      );
      const { plain = '', binding = '', echo = '', proof = '' } = parts?.groups ?? {};
      const message = `${bare},${challenge},${plain}`;
      const given = Buffer.from(proof, 'base64');
      const isProven = given.length === KEY_BYTES && isProof(credentials, message, given);
      const isSame = echo === combined && binding === Buffer.from(header).toString('base64');
      if (parts === null || !isProven || !isSame || !isKnown) return undefined;
      return `v=${hmac(credentials.serverKey, message).toString('base64')}`;
    },
  };
}

function isProof(credentials: ScramCredentials, message: string, proof: Buffer): boolean {
  const signature = hmac(credentials.storedKey, message);
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
  return timingSafeEqual(createHash('sha256').update(clientKey).digest(), credentials.storedKey);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
