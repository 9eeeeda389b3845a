import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { User } from '@parley/contracts';
import { pino } from 'pino';
import { createAccess } from '../../access/access-service.ts';
import { openDatabase } from '../../database/open-database.ts';
import { createAccessGrantRepository } from '../../database/repositories/access-grant-repository.ts';
import { createAgentRepository } from '../../database/repositories/agent-repository.ts';
import { createAgentUsageRepository } from '../../database/repositories/agent-usage-repository.ts';
import { createAgentVersionRepository } from '../../database/repositories/agent-version-repository.ts';
import { createGenerationRepository } from '../../database/repositories/generation-repository.ts';
import { createGroupRepository } from '../../database/repositories/group-repository.ts';
import { createMessageRepository } from '../../database/repositories/message-repository.ts';
import { createUserRepository } from '../../database/repositories/user-repository.ts';
import { createAgentVersions } from '../agent-versions.ts';

/** Everything that agents are stored in, on a store of its own. Close it in `afterAll`. */
export async function openAgentStore() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-agents-'));
  const database = await openDatabase({ dataDir }, pino({ level: 'silent' }));
  const { connection, now } = database;
  const users = createUserRepository(connection);
  const agents = createAgentRepository(connection);
  const stored = createAgentVersionRepository(connection);
  const grants = createAccessGrantRepository(connection);
  const groups = createGroupRepository(connection);
  const generations = createGenerationRepository(connection);
  const messages = createMessageRepository(connection);
  const usage = createAgentUsageRepository(connection);
  await database.createIndexes();
  const access = createAccess({ grants, groups, now });
  let registered = 0;
  return {
    users,
    agents,
    stored,
    grants,
    generations,
    messages,
    usage,
    access,
    versions: createAgentVersions({ agents, versions: stored, access, now }),
    now,
    async register(name: string): Promise<User> {
      registered += 1;
      return await users.create({ email: `${registered}@example.com`, name, passwordHash: 'none' });
    },
    async close(): Promise<void> {
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
