import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createModernServer } from './create-modern-server.ts';

/** The server of the 2026 era as a program. */
serveStdio(() => createModernServer());
