/** The largest wire message, in bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;

/** How deeply a command may nest: the 100 levels of a document plus the command around it. */
export const MAX_COMMAND_DEPTH = 120;
