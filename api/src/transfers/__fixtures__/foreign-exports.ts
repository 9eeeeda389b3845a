/** Small exports of each product, in the shape that it writes, with branches, images, code and system messages. */

const node = (id: string, parent: string | null, children: string[], message: object | null) => ({
  id,
  parent,
  children,
  message,
});

const said = (role: string, parts: unknown[], create_time: number, more: object = {}) => ({
  id: 'inside',
  author: { role, name: null, metadata: {} },
  create_time,
  update_time: null,
  content: { content_type: 'text', parts },
  status: 'finished_successfully',
  end_turn: true,
  weight: 1,
  metadata: { model_slug: 'gpt-4o' },
  recipient: 'all',
  ...more,
});

/** Two conversations: eight messages that are shown; a system message, a tool, reasoning and an image that are not. */
export const chatGptExport = [
  {
    title: 'Sorting in Python',
    create_time: 1_700_000_000.123,
    update_time: 1_700_000_900.5,
    mapping: {
      root: node('root', null, ['system'], null),
      system: node('system', 'root', ['q1'], said('system', ['You are ChatGPT.'], 1_700_000_000)),
      q1: node('q1', 'system', ['a1', 'a2'], said('user', ['How do I sort a list?'], 1_700_000_010)),
      a1: node('a1', 'q1', ['q2'], said('assistant', ['Use `sorted`:\n\n```python\nsorted([3, 1])\n```'], 1_700_000_020)),
      a2: node('a2', 'q1', [], said('assistant', ['Call **sort**.'], 1_700_000_030)),
      q2: node(
        'q2',
        'a1',
        ['think'],
        said('user', [{ content_type: 'image_asset_pointer', asset_pointer: 'file-service://1' }, 'And this?'], 1_700_000_100, {
          content: {
            content_type: 'multimodal_text',
            parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'file-service://1' }, 'And this?'],
          },
        }),
      ),
      think: node(
        'think',
        'q2',
        ['code'],
        said('assistant', [], 1_700_000_101, { content: { content_type: 'thoughts', thoughts: [{ summary: 'Hm' }] } }),
      ),
      code: node(
        'code',
        'think',
        ['tool'],
        said('assistant', [], 1_700_000_102, { recipient: 'python', content: { content_type: 'code', text: 'print(1)' } }),
      ),
      tool: node(
        'tool',
        'code',
        ['a3'],
        said('tool', [], 1_700_000_103, { content: { content_type: 'execution_output', text: '1' } }),
      ),
      a3: node('a3', 'tool', ['a4'], said('assistant', ['It is a cat.'], 1_700_000_104)),
      a4: node('a4', 'a3', [], said('assistant', ['More precisely, a tabby.'], 1_700_000_105)),
    },
    moderation_results: [],
    current_node: 'a4',
    conversation_id: '6547d1a5-0000-4000-8000-000000000001',
    is_archived: false,
    id: '6547d1a5-0000-4000-8000-000000000001',
  },
  {
    title: null,
    create_time: 1_690_000_000,
    update_time: 1_690_000_060,
    mapping: {
      root: node('root', null, ['q'], null),
      q: node('q', 'root', ['a'], said('user', ['Good morning'], 1_690_000_001)),
      a: node('a', 'q', [], said('assistant', ['Good morning! 🌞'], 1_690_000_060)),
    },
    current_node: 'a',
    conversation_id: '6547d1a5-0000-4000-8000-000000000002',
    is_archived: true,
  },
];

/** One conversation of three messages, with a text file, a picture and a tool, and one that is empty. */
export const claudeExport = [
  {
    uuid: 'c1a0de00-0000-4000-8000-000000000001',
    name: 'Letters',
    created_at: '2025-03-01T10:00:00.000000Z',
    updated_at: '2025-03-01T10:05:00.000000Z',
    account: { uuid: 'a' },
    chat_messages: [
      {
        uuid: 'm1',
        text: 'Read this',
        content: [{ type: 'text', text: 'Read this' }],
        sender: 'human',
        created_at: '2025-03-01T10:00:00.000000Z',
        updated_at: '2025-03-01T10:00:00.000000Z',
        attachments: [{ file_name: 'a.txt', file_size: 3, file_type: 'txt', extracted_content: 'abc' }],
        files: [{ file_name: 'cat.png' }],
        parent_message_uuid: '00000000-0000-4000-8000-000000000000',
      },
      {
        uuid: 'm2',
        text: 'It says abc.',
        content: [
          { type: 'thinking', thinking: 'Hm' },
          { type: 'tool_use', name: 'web_search', input: {} },
          { type: 'text', text: 'It says abc.' },
        ],
        sender: 'assistant',
        created_at: '2025-03-01T10:01:00.000000Z',
        updated_at: '2025-03-01T10:01:00.000000Z',
        attachments: [],
        files: [],
        parent_message_uuid: 'm1',
      },
      {
        uuid: 'm3',
        text: 'Thanks',
        sender: 'human',
        created_at: '2025-03-01T10:02:00.000000Z',
        attachments: [],
        files: [],
        parent_message_uuid: 'm2',
      },
    ],
  },
  { uuid: 'c1a0de00-0000-4000-8000-000000000002', name: '', created_at: 'x', updated_at: 'x', chat_messages: [] },
];

const root = '00000000-0000-0000-0000-000000000000';
const libreMessage = (messageId: string, parentMessageId: string, isUser: boolean, text: string, more: object = {}) => ({
  messageId,
  parentMessageId,
  conversationId: 'l1',
  sender: isUser ? 'User' : 'GPT-4',
  isCreatedByUser: isUser,
  text,
  model: isUser ? null : 'gpt-4',
  endpoint: 'openAI',
  createdAt: `2024-05-01T10:0${messageId.slice(1)}:00.000Z`,
  ...more,
});

/** Five messages: a question with two answers, one of which goes on. */
export const libreChatExport = {
  conversationId: 'l1',
  endpoint: 'openAI',
  title: 'Trees',
  exportAt: '10:20:30 GMT+0200 (CEST)',
  branches: true,
  recursive: false,
  options: { model: 'gpt-4', temperature: 1 },
  messages: [
    libreMessage('m1', root, true, 'What is a tree?'),
    libreMessage('m2', 'm1', false, '', { content: [{ type: 'text', text: { value: 'A plant.' } }] }),
    libreMessage('m3', 'm1', false, 'A graph.', { content: [{ type: 'think', think: 'Hm' }, { type: 'text', text: 'A graph.' }] }),
    libreMessage('m4', 'm3', true, 'Without cycles?'),
    libreMessage('m5', 'm4', false, 'Without cycles.'),
  ],
};

/** The same as LibreChat writes it with `recursive`. */
export const libreChatTree = {
  conversationId: 'l1',
  title: 'Trees',
  branches: true,
  recursive: true,
  messages: [
    libreMessage('m1', root, true, 'What is a tree?', {
      children: [
        libreMessage('m2', 'm1', false, 'A plant.', { children: [] }),
        libreMessage('m3', 'm1', false, 'A graph.', {
          children: [
            libreMessage('m4', 'm3', true, 'Without cycles?', {
              children: [libreMessage('m5', 'm4', false, 'Without cycles.')],
            }),
          ],
        }),
      ],
    }),
  ],
};

/** Two conversations of four messages that are shown, and a system message. */
export const chatbotUiExport = {
  version: 4,
  history: [
    {
      id: 'b1',
      name: 'Hello',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello, how can I help?' },
      ],
      model: { id: 'gpt-3.5-turbo', name: 'GPT-3.5', maxLength: 12_000, tokenLimit: 4000 },
      prompt: 'You are ChatGPT.',
      temperature: 1,
      folderId: null,
    },
    {
      id: 'b2',
      name: 'Again',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Again' },
        { role: 'assistant', content: 'Again.' },
      ],
      folderId: null,
    },
  ],
  folders: [{ id: 'f1', name: 'Old', type: 'chat' }],
  prompts: [],
};

/** One conversation of four messages, with two answers to one question and a picture. */
export const openWebUiExport = [
  {
    id: 'w1',
    user_id: 'u',
    title: 'Pictures',
    chat: {
      id: '',
      title: 'Pictures',
      models: ['llama3'],
      history: {
        currentId: 'a2',
        messages: {
          q1: {
            id: 'q1',
            parentId: null,
            childrenIds: ['a1', 'a2'],
            role: 'user',
            content: 'What is this?',
            files: [{ type: 'image', url: 'data:image/png;base64,AAAA' }],
            timestamp: 1_720_000_000,
            models: ['llama3'],
          },
          a1: { id: 'a1', parentId: 'q1', childrenIds: [], role: 'assistant', content: 'A cat.', model: 'llama3', timestamp: 1_720_000_001 },
          a2: { id: 'a2', parentId: 'q1', childrenIds: ['q2'], role: 'assistant', content: 'A dog.', model: 'qwen', timestamp: 1_720_000_002 },
          q2: { id: 'q2', parentId: 'a2', childrenIds: [], role: 'user', content: 'Sure?', timestamp: 1_720_000_003 },
        },
      },
      messages: [],
      tags: [],
      timestamp: 1_720_000_000_000,
    },
    updated_at: 1_720_000_003,
    created_at: 1_720_000_000,
    share_id: null,
    archived: false,
    pinned: false,
    meta: { tags: ['animals', ''] },
    folder_id: null,
  },
];
