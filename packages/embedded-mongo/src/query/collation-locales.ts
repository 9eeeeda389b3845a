/** The locales of MongoDB that order texts by the root rules, which are the ones this store has. */
export const ROOT_LOCALES: ReadonlySet<string> = new Set(
  'ca de de_AT dz en en_US fr ga id it lb lo ms nl pt sw wae zu'.split(' '),
);

/** Locales that only make letters with marks letters of their own: those letters, each behind the one it follows. */
export const MOVED_LETTERS: ReadonlyMap<string, string> = new Map([
  ['eo', 'c<ĉ g<ĝ h<ĥ j<ĵ s<ŝ u<ŭ'],
  ['es', 'n<ñ'],
  ['gl', 'n<ñ'],
  ['lkt', 'c<č g<ǧ h<ȟ s<š z<ž'],
  ['pl', 'a<ą c<ć e<ę l<ł n<ń o<ó s<ś z<ź<ż'],
  ['sl', 'c<č<ć d<đ s<š z<ž'],
]);

/** The other locales MongoDB knows: their rules go further than this store can. */
export const TAILORED_LOCALES: ReadonlySet<string> = new Set(
  (
    'af am ar as az be bg bn bo bs bs_Cyrl chr cs cy da dsb ee el en_US_POSIX et fa fa_AF fi fil fo fr_CA gu ' +
    'ha haw he hi hr hsb hu hy ig is ja ka kk kl km kn ko kok ky ln lt lv mk ml mn mr mt my nb ne nn om or pa ' +
    'ps ro ru se si sk smn sq sr sr_Latn sv ta te th to tr ug uk ur uz vi yi yo zh zh_Hant'
  ).split(' '),
);
