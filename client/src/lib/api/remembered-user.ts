import { userSchema } from '@parley/contracts';
import type { User } from '@parley/contracts';
import * as z from 'zod/mini';

/** Who was signed in here last, so that the page can open for them without its server. Nothing secret. */
export interface RememberedUser {
  read(): User | undefined;
  keep(user: User): void;
  forget(): void;
}

const key = 'parley:user';

/** In localStorage; a browser that keeps nothing there remembers nobody. */
export function createRememberedUser(storage: () => Storage = () => localStorage): RememberedUser {
  return {
    read() {
      try {
        const user = z.safeParse(userSchema, JSON.parse(storage().getItem(key) ?? 'null'));
        return user.success ? user.data : undefined;
      } catch {
        return undefined;
      }
    },
    keep(user) {
      try {
        storage().setItem(key, JSON.stringify(user));
      } catch {
        // Full, or forbidden: offline the page will ask to sign in.
      }
    },
    forget() {
      try {
        storage().removeItem(key);
      } catch {
        // Forbidden: then nothing was kept either.
      }
    },
  };
}
