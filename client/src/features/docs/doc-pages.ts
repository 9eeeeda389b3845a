export interface DocLink {
  /** Address below `/docs/`. */
  readonly slug: string;
  readonly title: string;
}

/** The table of contents, in reading order. A test keeps it in step with the files. */
export const docPages: readonly DocLink[] = [
  { slug: 'README', title: 'Overview' },
  { slug: 'guides/first-steps', title: 'First steps' },
  { slug: 'guides/chat-every-day', title: 'Chat every day' },
  { slug: 'guides/connect-a-provider', title: 'Connect a provider' },
  { slug: 'guides/point-an-endpoint-at-the-gateway', title: 'Point an endpoint at the gateway' },
  { slug: 'guides/operate-the-gateway', title: 'Operate the gateway' },
  { slug: 'guides/connect-mcp-servers', title: 'Connect MCP servers' },
  { slug: 'guides/build-an-agent', title: 'Build an agent' },
  { slug: 'guides/run-code', title: 'Run code' },
  { slug: 'guides/answers-that-survive', title: 'How an answer survives' },
  { slug: 'guides/your-data', title: 'Where your data is' },
  { slug: 'guides/embedded-store', title: 'The embedded store' },
  { slug: 'guides/run-with-docker', title: 'Run it with Docker' },
  { slug: 'guides/common-questions', title: 'Common questions' },
  { slug: 'guides/troubleshooting', title: 'Troubleshooting' },
  { slug: 'guides/add-things', title: 'How do I add …' },
  { slug: 'ARCHITECTURE', title: 'Architecture' },
  { slug: 'adr/README', title: 'Decisions' },
];

/** `/docs/guides/first-steps`, with or without `.md` and a leading `docs/`, → `guides/first-steps`. */
export function slugOf(splat: string): string {
  return splat.replace(/^docs\//, '').replace(/\.md$/, '');
}
