/** The words of deleting chats and the account, of printing and pictures, and of what new chats begin with. */
export const enAccountData = {
  removal: {
    title: 'Deleting',
    chats: 'Delete all chats',
    chatsHint: 'Every chat of yours, archived and temporary ones too. Projects, tags, presets and prompts stay.',
    chatsAction: 'Delete all…',
    chatsText: (count: number) =>
      count === 1
        ? 'Your only chat is deleted for good, with its files and links. Running answers are stopped.'
        : `All ${String(count)} chats are deleted for good, with their files and links. Running answers are stopped.`,
    noChats: 'You have no chats.',
    chatsConfirm: 'Delete all chats',
    chatsRemoved: (count: number) => (count === 1 ? '1 chat was deleted.' : `${String(count)} chats were deleted.`),
    chatsFailed: 'Your chats could not be deleted.',
    word: 'delete',
    typeWord: (word: string) => `Type “${word}” to go on`,
    account: 'Delete your account',
    accountHint: 'Your account and everything in it, on this server, for good.',
    accountAction: 'Delete account…',
    accountText: (chats: number) =>
      chats === 1
        ? 'Your account goes for good, with 1 chat and all files, projects, presets, prompts, links and keys. All your devices are signed out at once.'
        : `Your account goes for good, with ${String(chats)} chats and all files, projects, presets, prompts, links and keys. All your devices are signed out at once.`,
    ownedAlone: (count: number) =>
      count === 1
        ? 'One agent, prompt, server or set of actions has no other owner. It goes too, for everybody it is shared with.'
        : `${String(count)} agents, prompts, servers or sets of actions have no other owner. They go too, for everybody they are shared with.`,
    onlyAdmin:
      'You are the only admin here, and somebody has to look after this server. Your account cannot be deleted.',
    exportFirst: 'If you want to keep your chats, export them first.',
    password: 'Your password',
    wrongPassword: 'This is not your password.',
    accountConfirm: 'Delete account',
    accountRemoved: 'Your account was deleted.',
    accountFailed: 'Your account could not be deleted.',
    loading: 'Looking at what you have…',
  },
  print: {
    title: (chat: string) => `Print: ${chat}`,
    untitled: 'Untitled chat',
    back: 'Back to the chat',
    print: 'Print',
    picture: 'Save as picture',
    reasoning: 'Show what models thought',
    thought: 'Thoughts',
    preparing: (done: number, all: number) => `Preparing ${String(done)} of ${String(all)} messages…`,
    ready: (count: number) => (count === 1 ? '1 message' : `${String(count)} messages`),
    empty: 'There is nothing to print in this chat yet.',
    failed: 'The chat could not be loaded.',
    open: 'Print',
    pictureSaved: 'The picture is saved.',
    pictureFailed: 'This browser could not make the picture.',
    pictureTooLong:
      'This is too long for one picture. Print it or save it as a PDF instead, or take a picture of a single answer.',
    madeOn: (date: string) => `Printed on ${date}`,
    placeholder: (name: string) => `${name} (not in the picture)`,
  },
  newChats: {
    title: 'New chats',
    model: 'Begin with',
    hint: 'What new chats begin with in this browser. Choosing another model in a chat does not change it.',
    lastUsed: 'What I chose last',
    gone: 'This model is not offered any more. New chats begin with what you chose last.',
    preset: 'One of your presets is your standard, so new chats begin with that.',
  },
};
